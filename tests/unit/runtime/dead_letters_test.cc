// Bad records of one member: which letters there are, and what positions do meanwhile.
#include "unit/catch.h"
#include "unit/runtime/harness.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Texts = std::vector<std::string>;

const std::string kStream = R"(
commit: {interval: 3s}
streams:
  data:
    partitions: 1
    schema: {id: string, n: int}
pipelines:
)";
const std::string kStore =
    "  store: {from: data, batch: {size: 2, window: 1s}, sink: {database: db, table: T, upsert: "
    "[id], create: true}}\n";
// Fails where n is 7: 1000 does not fit.
const std::string kNarrow =
    "  narrow: {from: data, select: {n: {expr: \"case n when 7 then 1000 else n end\", type: "
    "\"decimal(2,0)\"}}, sink: {topic: narrow}}\n";
const std::string kWide =
    "  narrow: {from: data, select: {n: {expr: \"case n when 7 then 1000 else n end\", type: "
    "\"decimal(9,0)\"}}, sink: {topic: narrow}}\n";

// The last record of the topic, letters and all, with its headers as name=value.
struct Last {
  std::string key;
  std::string value;
  int64_t milliseconds = 0;
  Texts headers;
};
Last last_of(Harness& worker, const std::string& topic) {
  Last last;
  const auto read = read_all(*worker.log, *letter_consumer(*worker.log, "test"), {topic, 0},
                             [&](const Message& message) -> Result<bool> {
                               last = {std::string(message.key.value_or("null")),
                                       std::string(message.value.value_or("null")),
                                       message.timestamp.time_since_epoch().count(),
                                       {}};
                               if (message.headers == nullptr) return true;
                               for (const Header& header : *message.headers)
                                 last.headers.push_back(std::string(header.name) + "=" +
                                                        std::string(header.value.value_or("null")));
                               return true;
                             });
  REQUIRE(read.has_value());
  return last;
}

TEST_CASE("a letter has the record as it was consumed, and where and why") {
  Harness worker(kStream + kStore);
  worker.settle();
  worker.produce("data", 0, "k", record(1));
  const Headers headers = {{"trace", "abc"}, {"empty", {}}};
  const std::string bad = std::string("{\"id\":\"2\",\"n\":\"\xff\",") + '\0' + "}";
  worker.produce("data", 0, "k2", bad, 1234, &headers);
  worker.produce("data", 0, "k", record(3));
  worker.pass();
  CHECK(worker.rows("SELECT count(*) FROM T") == Texts{"2"});
  CHECK(worker.rows("SELECT next_offset FROM streamworker_offsets") == Texts{"3"});
  const Last letter = last_of(worker, "test-dead-letters");
  CHECK(letter.key == "k2");
  CHECK(letter.value == bad);
  CHECK(letter.milliseconds == 1234);
  REQUIRE(letter.headers.size() == 10);
  const std::string errors = "__streamworker.errors.";
  CHECK(Texts(letter.headers.begin(), letter.headers.begin() + 7) ==
        Texts{"trace=abc", "empty=null", errors + "topic=data", errors + "partition=0",
              errors + "offset=1", errors + "step=decode", errors + "pipeline="});
  CHECK(letter.headers[8] == errors + "app=test");
  CHECK(letter.headers[9] == errors + "time=2019-12-20T00:00:00Z");
  CHECK(worker.counter("dead_letters_total", {{"pipeline", "data"}, {"step", "decode"}}) == 1);
}

TEST_CASE("the event time of a field is not the letter's timestamp") {
  Harness worker(R"y(
streams:
  data:
    partitions: 1
    schema: {id: string, at: timestamp}
    timestamp: at
pipelines:
  narrow:
    from: data
    select: {n: {expr: id * 1000, type: "decimal(2,0)"}}
    sink: {topic: narrow}
)y");
  worker.settle();
  worker.produce("data", 0, "k", R"({"id":"5","at":"2019-01-01 00:00:00"})", 77);
  worker.pass();
  CHECK(last_of(worker, "test-dead-letters").milliseconds == 77);
  CHECK(worker.letters() == Texts{"data[0]@0 select of narrow: n: 5000 does not fit decimal(2,0)"});
}

TEST_CASE("a step that fails concerns its pipeline alone, and the letter names the step") {
  Harness worker(kStream + kStore + kNarrow +
                 R"y(
  kept: {from: data, where: "abs(case n when 8 then -9223372036854775807 - 1 else n end) > 0", sink: {topic: kept}}
  parts: {from: data, explode: {as: x, of: "case n when 9 then '{}' else '[1]' end"}, sink: {topic: parts}}
  keyed: {from: data, partition_key: "case n when 10 then 9e999 else n end", sink: {topic: keyed}}
)y");
  worker.settle();
  for (int n = 7; n <= 11; ++n) worker.produce("data", 0, "k", record(n));
  worker.pass();
  worker.pass();
  const Texts letters = worker.letters();
  REQUIRE(letters.size() == 4);
  CHECK(letters[0] == "data[0]@0 select of narrow: n: 1000 does not fit decimal(2,0)");
  CHECK(letters[1].substr(0, 27) == "data[0]@1 where of kept: in");
  CHECK(letters[2] == "data[0]@2 explode of parts: it is no JSON array");
  CHECK(letters[3].substr(0, 24) == "data[0]@3 key of keyed: ");
  CHECK(worker.rows("SELECT count(*) FROM T") == Texts{"5"});
  for (const char* topic : {"narrow", "kept", "parts", "keyed"})
    CHECK(worker.topic(topic).size() == 4);
}

TEST_CASE("a record that the output topic would refuse is a letter of that output") {
  Harness worker(kStream + "  copy: {from: data, sink: {topic: large}}\n");
  REQUIRE(worker.log->create({"tiny", 1, {}, {{"max.message.bytes", "300"}}}).has_value());
  worker.restart(kStream + "  copy: {from: data, sink: [{topic: tiny}, {topic: large}]}\n");
  worker.settle();
  worker.produce("data", 0, "k", record(1));
  worker.produce("data", 0, "k", R"({"n":2,"id":")" + std::string(300, 'x') + "\"}");
  worker.pass();
  CHECK(worker.topic("tiny").size() == 1);
  CHECK(worker.topic("large").size() == 2);
  const Texts letters = worker.letters();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].find("data[0]@1 output of copy/topic:tiny: ") == 0);
}

TEST_CASE("rows that the database refuses are letters of that table") {
  Harness worker(kStream + "  copy: {from: data, sink: {topic: out}}\n");
  worker.rows("CREATE TABLE T (id TEXT PRIMARY KEY, n INTEGER CHECK (n <> 7))");
  worker.rows("CREATE TABLE U (id TEXT PRIMARY KEY, n INTEGER)");
  worker.restart(kStream + R"(
  store:
    from: data
    batch: {size: 3, window: 1s}
    sink: [{database: db, table: T, upsert: [id]}, {database: db, table: U, upsert: [id]}]
)");
  worker.settle();
  const Headers headers = {{"trace", "abc"}};
  for (int n = 6; n <= 8; ++n) worker.produce("data", 0, "k", record(n), 1000 + n, &headers);
  worker.pass();
  CHECK(worker.rows("SELECT n FROM T ORDER BY n") == Texts{"6", "8"});
  CHECK(worker.rows("SELECT n FROM U ORDER BY n") == Texts{"6", "7", "8"});
  const Texts letters = worker.letters();
  REQUIRE(letters.size() == 1);
  CHECK(letters[0].find("data[0]@1 sink of store/T: ") == 0);
  const Last letter = last_of(worker, "test-dead-letters");
  CHECK(letter.key == "k");
  CHECK(letter.value == record(7));
  CHECK(letter.milliseconds == 1007);
  CHECK(letter.headers[0] == "trace=abc");
}

TEST_CASE("what a crash interrupts is processed again: its letter is void, and comes again") {
  Harness worker(kStream + kNarrow);
  worker.settle();
  for (int n = 6; n <= 8; ++n) worker.produce("data", 0, "k", record(n));
  while (worker.counter("records_consumed_total", {{"stream", "data"}}) < 3) worker.step();
  CHECK(worker.letters().size() == 1);
  CHECK(worker.committed("data", 0).value_or(0) == 0);
  SECTION("the same file") {
    worker.restart("", true);
    worker.pass();
    CHECK(worker.topic("narrow").size() == 2);
    CHECK(worker.letters().size() == 1);
  }
  SECTION("a file that does not fail any more") {
    worker.restart(kStream + kWide, true);
    worker.pass();
    CHECK(worker.topic("narrow").size() == 3);
    CHECK(worker.letters().empty());
  }
}

TEST_CASE("a letter below the position of what it concerns stays, whatever is read again") {
  Harness worker(kStream + kNarrow);
  worker.settle();
  for (int n = 6; n <= 8; ++n) worker.produce("data", 0, "k", record(n));
  worker.pass();
  CHECK(worker.committed("data", 0) == 3);
  // A new pipeline reads everything again; narrow would no longer fail, but has passed the record.
  worker.restart(kStream + kWide + kStore);
  worker.pass();
  CHECK(worker.rows("SELECT count(*) FROM T") == Texts{"3"});
  CHECK(worker.topic("narrow").size() == 2);
  CHECK(worker.letters().size() == 1);
  CHECK(worker.replay_letters() == 1);
  worker.pass();
  CHECK(worker.topic("narrow").size() == 3);
  CHECK(worker.rows("SELECT count(*) FROM T") == Texts{"3"});
}

TEST_CASE("a letter that the topic does not take whole is cut") {
  Harness worker(kStream + "  copy: {from: data, sink: {topic: out}}\n");
  const std::string yaml =
      "dead_letters: {topic: tiny}\n" + kStream + "  copy: {from: data, sink: {topic: out}}\n";
  REQUIRE(worker.log->create({"tiny", 1, {}, {{"max.message.bytes", "1500"}}}).has_value());
  worker.restart(yaml);
  worker.settle();
  const Headers headers = {{"trace", "abc"}};
  worker.produce("data", 0, "k", std::string(5000, '{'), 1000, &headers);
  worker.produce("data", 0, "k", record(1));
  worker.pass();
  CHECK(worker.topic("out").size() == 1);
  const Last letter = last_of(worker, "tiny");
  CHECK(letter.key == "k");
  CHECK(letter.value.size() > 100);
  CHECK(letter.value == std::string(letter.value.size(), '{'));
  CHECK(letter.headers.front() == "trace=abc");
  CHECK(letter.headers.back() == "__streamworker.errors.cut=value of 5000 bytes");
}

TEST_CASE("skip counts; fail stops and names the record") {
  const auto with = [](const std::string& policy) {
    std::string yaml = kStream + kNarrow;
    yaml.insert(yaml.find("    schema:"), "    on_error: " + policy + "\n");
    return yaml;
  };
  Harness worker(with("skip"));
  worker.settle();
  for (int n = 6; n <= 8; ++n) worker.produce("data", 0, "k", record(n));
  worker.pass();
  CHECK(worker.topic("narrow").size() == 2);
  CHECK(worker.counter("records_dropped_total", {{"pipeline", "narrow"}, {"reason", "skipped"}}) ==
        1);
  worker.restart(with("fail"));
  worker.settle();
  worker.produce("data", 0, "k", record(7));
  Result<bool> outcome(true);
  for (int i = 0; i < 1000 && outcome; ++i) outcome = worker.stream->step();
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().message.find("data[0]@3 in select of narrow") != std::string::npos);
}

}  // namespace
}  // namespace streamworker
