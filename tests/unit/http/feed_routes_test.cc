#include "http/feed_routes.h"

#include "query/row_place.h"
#include "table/window_key.h"
#include "unit/query/world.h"

namespace streamworker::http {
namespace {

const char* const kCounts = "  t: {from: a, key: id, columns: {n: count(*)}}\n";

std::string start_of_window(int64_t second) {
  std::string out;
  append_start(second * 1000, out);
  return out;
}

class Site {
 public:
  explicit Site(const std::string& tables) : world(tables) {
    MemberStatus status;
    add(status, "a", {"a", 0});
    add(status, "a", {"a", 2});
    add(status, "t", {"shop-t-repartition", 1});
    board.publish("member", status);
  }
  Response get(const std::string& raw) { return routes_.open(*parse_target(raw)); }
  std::shared_ptr<Feed> feed(const std::string& raw) {
    Response out = get(raw);
    REQUIRE(out.feed);
    CHECK(out.type == "text/event-stream");
    (void)heard(*out.feed);  // what it follows
    return out.feed;
  }
  // What it says now; "OVER" where that was all.
  static std::string heard(Feed& feed) {
    std::string out;
    if (!feed.write(out)) out += "OVER";
    return out;
  }
  // The row of this place, as it lies in the partition, was committed.
  void tell(const std::string& table, const std::string& place, int32_t partition = 0) {
    const auto from = world.tables.readable(world.info(table));
    REQUIRE(from);
    const auto bytes = from->rows[static_cast<size_t>(partition)]->get(place);
    REQUIRE(bytes);
    Message message;
    message.key = place;
    if (*bytes) message.value = **bytes;
    taps.table(table).tell(partition, {&message, 1});
  }
  void count(const std::string& key) {
    world.add("t", {}, {Value::of_string(key)});
    tell("t", key);
  }

  query::World world;
  StatusBoard board{world.clock};
  Taps taps{world.clock};

 private:
  static void add(MemberStatus& to, const std::string& stage, const TopicPartition& at) {
    TaskStatus task;
    task.stage = stage;
    task.at = at;
    to.tasks.push_back(task);
  }

  FeedRoutes routes_{
      FeedSources{world.file, world.plan, board, world.tables, world.readers, taps, world.clock}};
};

TEST_CASE("a table's feed says what it follows, and its rows as they change") {
  Site it(kCounts);
  it.world.open("t", 2);
  const Response out = it.get("/tables/t/changes");
  CHECK(out.route == "/tables/{table}/changes");
  CHECK(it.heard(*out.feed) ==
        "event: start\ndata: {\"table\":\"t\",\"partitions\":{\"here\":[0,1],\"of\":2}}\n\n");
  it.count("x");
  it.count("y");
  it.tell("t", "z");
  CHECK(it.heard(*out.feed) ==
        "data: {\"key\":\"x\",\"value\":{\"n\":1}}\n\n"
        "data: {\"key\":\"y\",\"value\":{\"n\":1}}\n\n"
        "data: {\"key\":\"z\",\"value\":null}\n\n");
  it.count("x");
  CHECK(it.heard(*out.feed) == "data: {\"key\":\"x\",\"value\":{\"n\":2}}\n\n");
  CHECK(it.heard(*out.feed).empty());
}

TEST_CASE("of one key, and of so many changes") {
  Site it(kCounts);
  it.world.open("t", 1);
  const auto feed = it.feed("/tables/t/changes?key=x&limit=2");
  for (const char* key : {"x", "y", "xx", "x", "x"}) it.count(key);
  CHECK(it.heard(*feed) ==
        "data: {\"key\":\"x\",\"value\":{\"n\":1}}\n\n"
        "data: {\"key\":\"x\",\"value\":{\"n\":2}}\n\n"
        "event: end\ndata: {\"why\":\"limit\"}\n\nOVER");
}

TEST_CASE("what is left out is told where it was, and silence shows that it is alive") {
  Site it(kCounts);
  it.world.open("t", 1);
  const auto feed = it.feed("/tables/t/changes");
  it.world.add("t", {}, {Value::of_string("x")});
  for (int i = 0; i < 1005; ++i) it.tell("t", "x");
  for (int i = 0; i < 10; ++i) CHECK(it.heard(*feed).size() > 1000);
  CHECK(it.heard(*feed).empty());
  it.world.clock.advance(std::chrono::seconds(1));
  it.world.owner->beat(it.world.clock.steady());
  it.tell("t", "x");
  CHECK(it.heard(*feed) ==
        "event: dropped\ndata: {\"slow\":0,\"rate\":5,\"size\":0}\n\n"
        "data: {\"key\":\"x\",\"value\":{\"n\":1}}\n\n");
  it.world.clock.advance(std::chrono::seconds(15));
  CHECK(it.heard(*feed) == ": nothing new\n\n");
}

TEST_CASE("a row that `having` hides is told as gone") {
  Site it("  t: {from: a, key: id, columns: {n: count(*)}, having: n > 1}\n");
  it.world.open("t", 1);
  const auto feed = it.feed("/tables/t/changes");
  it.count("x");
  it.count("x");
  CHECK(it.heard(*feed) ==
        "data: {\"key\":\"x\",\"value\":null}\n\ndata: {\"key\":\"x\",\"value\":{\"n\":2}}\n\n");
}

TEST_CASE("keys of several fields, and of other types, also of rows that are gone") {
  Site it(
      "  s: {from: a, key: [id, n], columns: {c: count(*)}}\n"
      "  i: {from: a, key: n, columns: {c: count(*)}}\n");
  it.world.open("s", 1);
  it.world.open("i", 1);
  const auto feed = it.feed("/tables/s/changes?key=%5B%22x%22,%207%5D");
  it.world.add("s", {}, {Value::of_string("x"), Value::of_int(7)});
  it.world.add("i", {}, {Value::of_int(7)});
  it.tell("s", "[\"x\",7]");
  it.tell("s", "[\"x\",8]");
  CHECK(it.heard(*feed) == "data: {\"key\":[\"x\",7],\"value\":{\"c\":1}}\n\n");
  const auto all = it.feed("/tables/s/changes");
  it.tell("s", "[\"y\",null]");
  CHECK(it.heard(*all) == "data: {\"key\":[\"y\",null],\"value\":null}\n\n");
  const auto numbers = it.feed("/tables/i/changes");
  it.tell("i", "7");
  it.tell("i", "8");
  CHECK(it.heard(*numbers) ==
        "data: {\"key\":7,\"value\":{\"c\":1}}\n\ndata: {\"key\":8,\"value\":null}\n\n");
  CHECK(it.get("/tables/i/changes?key=x").status == 400);
}

TEST_CASE("windows: each with its bounds; of those in panes all that a record counts for") {
  Site it(
      "  w: {from: a, key: id, columns: {n: count(*)}, window: {tumbling: 60s}}\n"
      "  h: {from: a, key: id, columns: {n: count(*)}, window: {hopping: 60s, every: 30s}}\n");
  it.world.open("w", 1);
  it.world.open("h", 1);
  const auto tumbling = it.feed("/tables/w/changes?key=x");
  const std::string at_60 = start_of_window(60);
  it.world.add("w", {0, at_60}, {Value::of_string("x")});
  it.tell("w", at_60 + "x");
  it.tell("w", at_60 + "y");
  it.tell("w", start_of_window(0) + "x");
  CHECK(it.heard(*tumbling) ==
        "data: {\"key\":\"x\",\"window\":{\"start\":\"1970-01-01T00:01:00Z\","
        "\"end\":\"1970-01-01T00:02:00Z\"},\"value\":{\"n\":1}}\n\n"
        "data: {\"key\":\"x\",\"window\":{\"start\":\"1970-01-01T00:00:00Z\","
        "\"end\":\"1970-01-01T00:01:00Z\"},\"value\":null}\n\n");
  const auto hopping = it.feed("/tables/h/changes?key=x");
  std::string pane = start_of_window(60);
  append_skip(0, pane);
  std::string before = start_of_window(30);
  append_skip(0, before);
  it.world.add("h", {0, before}, {Value::of_string("x")});
  it.world.add("h", {0, pane}, {Value::of_string("x")});
  it.tell("h", pane + "x");
  it.tell("h", pane + "y");  // gone: without a word
  CHECK(it.heard(*hopping) ==
        "data: {\"key\":\"x\",\"window\":{\"start\":\"1970-01-01T00:00:30Z\","
        "\"end\":\"1970-01-01T00:01:30Z\"},\"value\":{\"n\":2}}\n\n"
        "data: {\"key\":\"x\",\"window\":{\"start\":\"1970-01-01T00:01:00Z\","
        "\"end\":\"1970-01-01T00:02:00Z\"},\"value\":{\"n\":1}}\n\n");
}

TEST_CASE("a feed ends when other partitions are here; none begins where none is") {
  Site it(kCounts);
  CHECK(it.get("/tables/t/changes").status == 503);
  it.world.open("t", 1);
  const auto feed = it.feed("/tables/t/changes");
  it.world.tables.hide(*it.world.owner);  // its task starts again
  CHECK(it.heard(*feed).empty());
  CHECK(it.get("/tables/t/changes").status == 503);
  it.world.tables.withdraw(*it.world.owner);
  CHECK(it.heard(*feed).starts_with("event: end\ndata: {\"why\":\"the table's partitions"));
  CHECK(it.get("/tables/t/changes?key=x").status == 503);
}

TEST_CASE("a stream's feed says its records, decoded") {
  Site it(kCounts);
  const Response out = it.get("/streams/a/tail");
  CHECK(out.route == "/streams/{stream}/tail");
  CHECK(it.heard(*out.feed) ==
        "event: start\ndata: {\"stream\":\"a\",\"topic\":\"a\",\"partitions\":"
        "{\"here\":[0,2]}}\n\n");
  const EventTime time{std::chrono::milliseconds(1'795'245'161'118)};
  const std::vector<Message> messages{{7, time, "k", R"({"id":"k","n":1})", nullptr},
                                      {8, time, {}, R"({"id":"k","n":"many"})", nullptr},
                                      {9, time, "k", {}, nullptr}};
  it.taps.stream("a").tell(2, messages);
  const std::string heard = it.heard(*out.feed);
  CHECK(
      heard.starts_with("data: {\"key\":\"k\",\"partition\":2,\"offset\":7,\"timestamp\":"
                        "\"2026-11-21T07:12:41.118Z\",\"value\":{\"id\":\"k\",\"n\":1,"
                        "\"t\":null}}\n\ndata: {\"key\":null,\"partition\":2,\"offset\":8,"));
  CHECK(heard.find("\"error\":\"") != std::string::npos);
  CHECK(
      heard.ends_with("\"offset\":9,\"timestamp\":\"2026-11-21T07:12:41.118Z\","
                      "\"value\":null}\n\n"));
}

TEST_CASE("a stream's feed ends when none of its partitions is read here any more") {
  Site it(kCounts);
  const auto feed = it.feed("/streams/a/tail?key=k");
  it.board.publish("member", {});
  it.world.clock.advance(std::chrono::seconds(2));
  CHECK(it.heard(*feed).ends_with("OVER"));
  CHECK(it.get("/streams/a/tail").status == 503);
}

TEST_CASE("what cannot be followed, and why") {
  Site it(kCounts);
  it.world.open("t", 1);
  CHECK(it.get("/tables/x/changes").status == 404);
  CHECK(it.get("/streams/t/tail").body.find("/tables/t/changes") != std::string::npos);
  CHECK(it.get("/streams/x/tail").body.find("known: a") != std::string::npos);
  for (const char* bad : {"0", "-1", "x", ""}) {
    CHECK(it.get("/tables/t/changes?limit=" + std::string(bad)).status == 400);
    CHECK(it.get("/streams/a/tail?limit=" + std::string(bad)).status == 400);
  }
  std::vector<Response> all;
  for (size_t i = 0; i < Taps::kMost; ++i) all.push_back(it.get("/tables/t/changes"));
  for (const char* path : {"/tables/t/changes", "/streams/a/tail"}) {
    CHECK(it.get(path).status == 503);
    CHECK(it.get(path).retry_after == 5);
  }
}

}  // namespace
}  // namespace streamworker::http
