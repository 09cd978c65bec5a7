// Dead letters brought back: into what refused them, once, and nowhere else.
#include "unit/catch.h"
#include "unit/runtime/harness.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Texts = std::vector<std::string>;

const std::string kHead = R"(
commit: {interval: 3s}
streams:
  data:
    partitions: 1
    schema: {id: string, n: int}
  more:
    partitions: 1
    schema: {id: string, n: int}
pipelines:
)";

// A select that fails where n is 7, or does not.
std::string select(bool fails) {
  return std::string(
             "select: {id: id, n: {expr: \"case n when 7 then 1000 else n end\", type: "
             "\"decimal(") +
         (fails ? "2" : "9") + ",0)\"}}";
}

void feed(Harness& worker, const std::string& topic) {
  for (int n = 6; n <= 8; ++n) worker.produce(topic, 0, "k", record(n));
  worker.pass();
}

size_t count(Harness& worker, const std::string& topic) { return worker.topic(topic).size(); }

TEST_CASE("a letter of decode is replayed for all pipelines, once") {
  Harness worker(kHead +
                 "  a: {from: data, sink: {topic: a}}\n  b: {from: data, sink: {topic: b}}\n");
  worker.settle();
  worker.produce("data", 0, "k", R"({"id":"1","n":"1"})");
  worker.pass();
  CHECK(count(worker, "a") == 0);
  std::string coerced =
      kHead + "  a: {from: data, sink: {topic: a}}\n  b: {from: data, sink: {topic: b}}\n";
  coerced.insert(coerced.find("    schema:"), "    coerce: true\n");
  worker.restart(coerced);
  CHECK(worker.replay_letters() == 1);
  CHECK(worker.replay_letters() == 0);
  worker.pass();
  CHECK(worker.topic("a") == Texts{R"(k={"id":"1","n":1})"});
  CHECK(worker.topic("b") == Texts{R"(k={"id":"1","n":1})"});
  CHECK(worker.letters().empty());
}

TEST_CASE(
    "a chain: what reads the pipeline gets the record, what it reads and its neighbours do not") {
  const auto file = [](bool fails) {
    return kHead + "  up: {from: data, where: n > 0, sink: {topic: up}}\n  p: {from: up, " +
           select(fails) + ", sink: {topic: p}}\n" +
           "  down: {from: p, where: n > 0, sink: {topic: down}}\n"
           "  beside: {from: up, sink: {topic: beside}}\n"
           "  other: {from: data, sink: [{topic: other}, {database: db, table: T, insert: true, "
           "create: true}]}\n";
  };
  Harness worker(file(true));
  worker.settle();
  feed(worker, "data");
  CHECK(worker.letters() == Texts{"data[0]@1 select of p: n: 1000 does not fit decimal(2,0)"});
  CHECK(count(worker, "p") == 2);
  worker.restart(file(false));
  CHECK(worker.replay_letters() == 1);
  worker.pass();
  CHECK(count(worker, "p") == 3);
  CHECK(count(worker, "down") == 3);
  for (const char* topic : {"up", "beside", "other"}) CHECK(count(worker, topic) == 3);
  CHECK(worker.rows("SELECT count(*) FROM T") == Texts{"3"});
  CHECK(worker.letters().empty());
  // An output topic holds new records: the way there is not told.
  bool told = false;
  const auto look = [&](const Message& message) -> Result<bool> {
    told = told || replay_target(message.headers);
    return true;
  };
  REQUIRE(read_all(*worker.log, *letter_consumer(*worker.log, "test"), {"down", 0}, look));
  CHECK_FALSE(told);
}

TEST_CASE("of several sinks only the one that refused the record takes it") {
  const auto file = [](const std::string& other) {
    return kHead +
           "  p:\n    from: data\n    batch: {size: 3, window: 1s}\n    sink: [{topic: p}, "
           "{database: db, table: T, insert: true}, {database: db, table: U, insert: true}, {file: "
           "p.jsonl}]\n" +
           other;
  };
  Harness worker(kHead + "  q: {from: data, sink: {topic: q}}\n");
  worker.rows("CREATE TABLE T (id TEXT, n INTEGER CHECK (n <> 7))");
  worker.rows("CREATE TABLE U (id TEXT, n INTEGER)");
  worker.restart(file("  q: {from: data, sink: {topic: q}}\n  r: {from: p, sink: {topic: r}}\n"));
  worker.settle();
  feed(worker, "data");
  REQUIRE(worker.letters().size() == 1);
  worker.rows("DROP TABLE T");
  worker.rows("CREATE TABLE T (id TEXT, n INTEGER)");
  CHECK(worker.replay_letters() == 1);
  worker.pass();
  CHECK(worker.rows("SELECT n FROM T") == Texts{"7"});
  CHECK(worker.rows("SELECT n FROM U ORDER BY n") == Texts{"6", "7", "8"});
  for (const char* topic : {"p", "q", "r"}) CHECK(count(worker, topic) == 3);
  CHECK(worker.letters().empty());
}

TEST_CASE("a record that is refused again is a letter of its own, and of the same place") {
  Harness worker(kHead + "  p: {from: data, " + select(true) + ", sink: {topic: p}}\n");
  worker.settle();
  feed(worker, "data");
  CHECK(worker.replay_letters() == 1);
  worker.pass();
  CHECK(worker.letters() == Texts{"data[0]@3 select of p: n: 1000 does not fit decimal(2,0)"});
  worker.restart(kHead + "  p: {from: data, " + select(false) + ", sink: {topic: p}}\n");
  CHECK(worker.replay_letters() == 1);
  worker.pass();
  CHECK(count(worker, "p") == 3);
  CHECK(worker.letters().empty());
}

TEST_CASE("what fails on the way there is still a letter of what it was replayed for") {
  const auto file = [](bool up, bool p) {
    return kHead + "  up: {from: data, " + select(up) + ", sink: {topic: up}}\n" +
           "  p: {from: up, " + select(p) + ", sink: {topic: p}}\n";
  };
  Harness worker(file(false, true));
  worker.settle();
  feed(worker, "data");
  REQUIRE(worker.letters().size() == 1);
  worker.restart(file(true, false));
  CHECK(worker.replay_letters() == 1);
  worker.pass();
  CHECK(worker.letters() == Texts{"data[0]@3 select of p: n: 1000 does not fit decimal(2,0)"});
  worker.restart(file(false, false));
  CHECK(worker.replay_letters() == 1);
  worker.pass();
  CHECK(count(worker, "up") == 3);
  CHECK(count(worker, "p") == 3);
}

TEST_CASE("the way goes through a repartition, and a letter from behind it goes back there") {
  const auto file = [](bool before, bool behind) {
    return kHead + "  p: {from: data, " + select(before) +
           ", partition_key: n, sink: {topic: p}}\n" + "  q: {from: p, " + select(behind) +
           ", sink: {topic: q}}\n" + "  other: {from: data, sink: {topic: other}}\n";
  };
  SECTION("before it") {
    Harness worker(file(true, false));
    worker.settle();
    feed(worker, "data");
    CHECK(worker.letters() == Texts{"data[0]@1 select of p: n: 1000 does not fit decimal(2,0)"});
    worker.restart(file(false, false));
    CHECK(worker.replay_letters() == 1);
    worker.pass();
    for (const char* topic : {"p", "q", "other"}) CHECK(count(worker, topic) == 3);
    CHECK(worker.letters().empty());
  }
  SECTION("behind it") {
    Harness worker(file(false, true));
    worker.settle();
    feed(worker, "data");
    REQUIRE(worker.letters().size() == 1);
    CHECK(worker.letters()[0].find("test-p-repartition[0]@1 select of q: ") == 0);
    worker.restart(file(false, false));
    CHECK(worker.replay_letters() == 1);
    worker.pass();
    for (const char* topic : {"p", "q", "other"}) CHECK(count(worker, topic) == 3);
    CHECK(worker.letters().empty());
  }
}

TEST_CASE("a union takes what one of its sources makes of a replayed record") {
  const auto file = [](bool fails) {
    return kHead + "  a: {from: data, " + select(fails) + ", sink: {topic: a}}\n" +
           "  b: {from: data, select: {id: id, n: {expr: n, type: \"decimal(9,0)\"}}}\n" +
           "  u: {from: [a, b, more], select: {id: id}, sink: {topic: u}}\n";
  };
  // The columns of a union have one type in all its sources.
  const auto fitting = [&](bool fails) {
    std::string yaml = file(fails);
    yaml.replace(yaml.find("[a, b, more]"), 12, "[a, b]");
    if (fails) yaml.replace(yaml.rfind("decimal(9,0)"), 12, "decimal(2,0)");
    return yaml;
  };
  Harness worker(fitting(true));
  worker.settle();
  feed(worker, "data");
  CHECK(worker.letters() == Texts{"data[0]@1 select of a: n: 1000 does not fit decimal(2,0)"});
  CHECK(count(worker, "u") == 5);
  worker.restart(fitting(false));
  CHECK(worker.replay_letters() == 1);
  worker.pass();
  CHECK(count(worker, "a") == 3);
  CHECK(count(worker, "u") == 6);
}

TEST_CASE("letters that are rare among many do not keep a transaction open") {
  const std::string yaml = kHead + "  a: {from: data, sink: {topic: a}}\n";
  Harness worker(yaml);
  worker.settle();
  worker.produce("data", 0, "k", "{");
  worker.pass();
  // Of another application: read, and not replayed.
  for (int i = 0; i < 250; ++i) worker.produce("test-dead-letters", 0, "k", "none of ours");
  worker.produce("data", 0, "k", "[");
  worker.pass();
  REQUIRE(worker.letters().size() == 2);
  std::vector<int64_t> done;
  SECTION("it is committed when it is old") {
    CHECK(worker.replay_letters([&](int64_t count) {
      done.push_back(count);
      worker.clock.advance(seconds(3));
      return true;
    }) == 2);
    CHECK(done == std::vector<int64_t>{0, 1});
  }
  SECTION("it can be stopped meanwhile; what was replayed is") {
    CHECK(worker.replay_letters([](int64_t) { return false; }) == 1);
    CHECK(worker.letters().size() == 1);
  }
}

TEST_CASE("behind the last letter that is wanted nothing is read") {
  Harness worker(kHead + "  a: {from: data, sink: {topic: a}}\n");
  worker.settle();
  worker.produce("data", 0, "k", "{");
  worker.pass();
  for (int i = 0; i < 250; ++i) worker.produce("test-dead-letters", 0, "k", "none of ours");
  CHECK(worker.replay_letters([](int64_t) { return false; }) == 1);
}

TEST_CASE("databases and files beside a topic are told: the group's offset is not theirs") {
  const std::string both =
      "  p: {from: data, sink: [{topic: p}, {database: db, table: T, insert: "
      "true, create: true}, {file: p.jsonl}]}\n";
  Harness worker(kHead + both + "  q: {from: data, " + select(true) + ", sink: {topic: q}}\n" +
                 "  m: {from: more, sink: {database: db, table: U, insert: true, create: true}}\n");
  worker.settle();
  worker.produce("data", 0, "k", record(7));
  worker.produce("more", 0, "k", "{");
  worker.pass();
  CHECK(worker.replay_letters() == 2);
  CHECK(worker.replays_apart.empty());  // q writes a topic alone, and m a database alone
  worker.produce("data", 0, "k", "{");
  worker.pass();
  worker.replay_letters();
  CHECK(worker.replays_apart ==
        std::set<std::string>{"p/T", "p/file:" + worker.folder + "/p.jsonl"});
}

TEST_CASE("another application's replay is nobody's here") {
  Harness worker(kHead + "  p: {from: data, sink: {topic: p}}\n");
  worker.settle();
  const Headers headers = {{"__streamworker.replay.app", "other"},
                           {"__streamworker.replay.pipeline", "p"}};
  worker.produce("data", 0, "k", record(1), 1000, &headers);
  worker.produce("data", 0, "k", "{", 1000, &headers);
  worker.produce("data", 0, "k", record(2));
  worker.pass();
  CHECK(count(worker, "p") == 1);
  CHECK(worker.letters().empty());
  CHECK(worker.counter("records_dropped_total", {{"pipeline", "data"}, {"reason", "replayed"}}) ==
        1);
}

}  // namespace
}  // namespace streamworker
