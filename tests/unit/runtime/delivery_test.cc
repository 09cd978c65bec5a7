// Batches, positions and commits of one member, on a clock that stands still.
#include "record/murmur2.h"
#include "unit/catch.h"
#include "unit/runtime/harness.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kStream = R"(
streams:
  data:
    partitions: 2
    schema: {id: string, n: int}
)";

const std::string kStore = kStream + R"(
pipelines:
  store:
    from: data
    batch: {size: 15, window: 30s}
    sink: {database: db, table: T, upsert: [id], create: true}
)";

const std::string kCopy = kStream + R"(
pipelines:
  copy: {from: data, where: n > 0, sink: {topic: out}}
)";

std::string record(int n) {
  return R"({"id":")" + std::to_string(n) + R"(","n":)" + std::to_string(n) + "}";
}

TEST_CASE("three records reach the sink when the window is over, and not before") {
  Harness worker("commit: {interval: 3s}" + kStore);
  worker.settle();
  for (int i = 1; i <= 3; ++i) worker.produce("data", 0, "", record(i));
  worker.settle();
  worker.advance(seconds(3));
  worker.advance(milliseconds(26'999));
  CHECK(worker.counter("sink_rows_total", {{"pipeline", "store"}}) == 0);
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"0"});
  worker.advance(milliseconds(1));
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"3"});
}

TEST_CASE("fifteen records reach the sink at once") {
  Harness worker("commit: {interval: 3s}" + kStore);
  worker.settle();
  for (int i = 1; i <= 15; ++i) worker.produce("data", 0, "", record(i));
  worker.settle();
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"15"});
  CHECK(worker.rows("SELECT next_offset FROM streamworker_offsets ORDER BY part") ==
        std::vector<std::string>{"15", "0"});
}

TEST_CASE("batches of one partition do not wait for another's") {
  Harness worker("commit: {interval: 3s}" + kStore);
  worker.settle();
  for (int i = 1; i <= 14; ++i) worker.produce("data", 0, "", record(i));
  for (int i = 101; i <= 115; ++i) worker.produce("data", 1, "", record(i));
  worker.settle();
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"15"});
}

TEST_CASE("stop flushes what is open, and the next start takes nothing twice") {
  Harness worker("commit: {interval: 3s}" + kStore);
  worker.settle();
  for (int i = 1; i <= 4; ++i) worker.produce("data", 0, "", record(i));
  worker.settle();
  worker.restart();
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"4"});
  worker.settle();
  CHECK(worker.counter("records_consumed_total", {{"stream", "data"}}) == 4);
  CHECK(worker.committed("data", 0) == 4);
}

TEST_CASE("a start with nothing left to do says how far everything is") {
  Harness worker("commit: {interval: 3s}" + kStore);
  worker.settle();
  for (int i = 1; i <= 4; ++i) worker.produce("data", 0, "", record(i));
  worker.settle();
  worker.restart();
  CHECK_FALSE(worker.durable("data", 0).has_value());
  worker.settle();
  CHECK(worker.durable("data", 0) == 4);
}

TEST_CASE("a database that goes forward behind the last commit is told, too") {
  Harness worker(kStore + "  copy: {from: data, sink: {topic: out}}\n");
  worker.settle();
  worker.produce("data", 0, "k", record(1));
  worker.settle();
  worker.advance(milliseconds(100));
  CHECK(worker.committed("data", 0) == 1);
  CHECK(worker.durable("data", 0) == 0);
  worker.advance(seconds(30));
  worker.advance(seconds(1));
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"1"});
  CHECK(worker.durable("data", 0) == 1);
}

TEST_CASE("a crash drops the open batch and it is taken again") {
  Harness worker("commit: {interval: 3s}" + kStore);
  worker.settle();
  for (int i = 1; i <= 4; ++i) worker.produce("data", 0, "", record(i));
  worker.settle();
  worker.restart("", true);
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"0"});
  worker.settle();
  worker.advance(seconds(30));
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"4"});
  CHECK(worker.counter("records_consumed_total", {{"stream", "data"}}) == 8);
}

TEST_CASE("the group's offset follows a commit of so many records") {
  Harness worker("commit: {every: 10, interval: 5s}" + kCopy);
  worker.settle();
  for (int i = 1; i <= 25; ++i) worker.produce("data", 0, "k", record(i));
  while (worker.committed("data", 0).value_or(0) < 10) worker.step();
  CHECK(worker.committed("data", 0) == 10);
  worker.settle();
  CHECK(worker.committed("data", 0) == 20);
  worker.advance(milliseconds(100));
  CHECK(worker.committed("data", 0) == 25);
  CHECK(worker.topic("out").size() == 25);
}

TEST_CASE("what a crash interrupts is not seen and comes once") {
  Harness worker("commit: {interval: 5s}" + kCopy);
  worker.settle();
  for (int i = 1; i <= 5; ++i) worker.produce("data", 0, "k", record(i));
  while (worker.counter("records_consumed_total", {{"stream", "data"}}) < 5) worker.step();
  CHECK(worker.topic("out").empty());
  worker.restart("", true);
  worker.settle();
  worker.advance(milliseconds(100));
  CHECK(worker.topic("out").size() == 5);
}

TEST_CASE("a pipeline that is new in the file catches up and nothing else is doubled") {
  Harness worker(kCopy);
  worker.settle();
  for (int i = 1; i <= 5; ++i) worker.produce("data", 0, "k", record(i));
  worker.settle();
  worker.advance(milliseconds(100));
  worker.restart(kCopy +
                 "  more: {from: data, sink: [{topic: all}, {database: db, table: T, "
                 "upsert: [id], create: true}]}\n");
  worker.settle();
  worker.produce("data", 0, "k", record(6));
  worker.settle();
  worker.advance(seconds(2));
  CHECK(worker.topic("out").size() == 6);
  CHECK(worker.topic("all").size() == 6);
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"6"});
}

TEST_CASE("offset_reset: latest is for the first start alone") {
  Harness worker("offset_reset: latest\n" + kCopy);
  worker.settle();
  worker.restart("", true);
  worker.produce("data", 0, "k", record(1));
  worker.settle();
  worker.advance(milliseconds(100));
  CHECK(worker.topic("out").size() == 1);
}

TEST_CASE("offset_reset: fail says what to do") {
  Harness worker("offset_reset: fail\n" + kCopy);
  Result<bool> outcome(true);
  for (int i = 0; i < 100 && outcome; ++i) outcome = worker.stream->step();
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().message ==
        "data[0] has no position, and offset_reset is `fail`: set it to earliest or latest for the "
        "first start");
}

TEST_CASE("a position that somebody else took over is claimed again") {
  Harness worker(kStore);
  worker.settle();
  CHECK(worker.rows("UPDATE streamworker_offsets SET epoch = epoch + 1 RETURNING part").size() ==
        2);
  for (int i = 1; i <= 15; ++i) worker.produce("data", 0, "", record(i));
  worker.settle();
  worker.advance(seconds(30));
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"15"});
  CHECK(worker.rows("SELECT next_offset FROM streamworker_offsets WHERE part = 0") ==
        std::vector<std::string>{"15"});
}

TEST_CASE("a record that stops the worker leaves nothing half done") {
  const std::string pipelines =
      "  narrow: {from: data, select: {n: {expr: n * 1, type: \"decimal(2,0)\"}}, sink: {topic: "
      "narrow}}\n";
  const auto with = [&](const std::string& policy) {
    std::string yaml = kCopy + pipelines;
    return yaml.insert(yaml.find("    schema:"), "    on_error: " + policy + "\n");
  };
  Harness worker(with("fail"));
  worker.settle();
  worker.produce("data", 0, "k", record(7));
  worker.produce("data", 0, "k", record(1000));
  Result<bool> outcome(true);
  for (int i = 0; i < 1000 && outcome; ++i) outcome = worker.stream->step();
  REQUIRE_FALSE(outcome.has_value());
  CHECK(outcome.error().message.find("data[0]@1") != std::string::npos);
  worker.restart(with("skip"));
  worker.settle();
  worker.advance(milliseconds(100));
  CHECK(worker.topic("out").size() == 2);
  CHECK(worker.topic("narrow").size() == 1);
}

TEST_CASE("an output that starts ahead of a database keeps its position over a crash") {
  Harness worker("offset_reset: latest\n" + kStore);
  worker.settle();
  for (int i = 1; i <= 4; ++i) worker.produce("data", 0, "k", record(i));
  worker.settle();
  const std::string more =
      "offset_reset: latest\n" + kStore + "  copy: {from: data, sink: {topic: out}}\n";
  worker.restart(more, true);
  worker.settle();
  CHECK(worker.committed("data", 0) == 4);
  worker.restart(more, true);
  worker.settle();
  worker.advance(seconds(30));
  CHECK(worker.topic("out").empty());
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"4"});
}

TEST_CASE("producers that choose partitions otherwise than the file says are noticed") {
  const std::string keyed = kCopy;
  Harness worker(std::string(keyed).insert(keyed.find("    schema:"), "    key: id\n"));
  worker.settle();
  const int32_t right = java_partition("7", 2);
  worker.produce("data", right, "7", record(7));
  worker.settle();
  CHECK(worker.counter("partitioner_mismatches_total", {{"stream", "data"}}) == 0);
  worker.produce("data", 1 - right, "7", record(7));
  worker.settle();
  CHECK(worker.counter("partitioner_mismatches_total", {{"stream", "data"}}) == 1);
}

TEST_CASE("records meet a repartition, an explode and a filter on their way") {
  Harness worker(R"y(
streams:
  orders:
    partitions: 3
    schema: {user: "string?", items: json}
pipelines:
  lines:
    from: orders
    explode: {as: item, of: items}
    partition_key: user
    sink: {topic: lines}
  dear:
    from: lines
    where: item ->> 'price' > 5
    select: {user: user, price: {expr: "item ->> 'price'", type: "decimal(6,2)"}}
    sink: {topic: dear}
)y");
  worker.settle();
  worker.produce("orders", 2, "",
                 R"({"user":"u","items":[{"price":1.5},{"price":7.25},{"price":9}]})");
  worker.produce("orders", 1, "", R"({"user":null,"items":[{"price":8}]})");
  worker.settle();
  worker.advance(milliseconds(100));  // commits the repartition
  worker.advance(milliseconds(100));  // and what was made of it
  CHECK(worker.topic("test-lines-repartition").size() == 3);
  CHECK(worker.topic("dear") == std::vector<std::string>{R"(u={"user":"u","price":7.25})",
                                                         R"(u={"user":"u","price":9.00})"});
  CHECK(worker.counter("records_dropped_total", {{"pipeline", "lines"}, {"reason", "null_key"}}) ==
        1);
}

}  // namespace
}  // namespace streamworker
