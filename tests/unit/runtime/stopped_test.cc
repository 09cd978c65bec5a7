// A pipeline whose table does not fit is stopped, the others go on, and it goes on by itself once
// the table was repaired; what a database refuses is one row's affair.
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

// Two tables of one database, and a topic.
const std::string kTwo = kStream + R"(
pipelines:
  store:
    from: data
    batch: {size: 1}
    sink: {database: db, table: T, upsert: [id]}
  other:
    from: data
    batch: {size: 1}
    sink: {database: db, table: U, upsert: [id], create: true}
  copy: {from: data, sink: {topic: out}}
)";

const std::string kAlone = kStream + R"(
pipelines:
  store:
    from: data
    batch: {size: 1}
    sink: {database: db, table: T, upsert: [id]}
)";

const std::string kMake = "CREATE TABLE T (id TEXT PRIMARY KEY, n INT CHECK (n < 100))";

std::string record(int n) {
  return R"({"id":")" + std::to_string(n) + R"(","n":)" + std::to_string(n) + "}";
}

void produce(Harness& worker, int from, int to) {
  for (int i = from; i < to; ++i) worker.produce("data", i % 2, "", record(i));
}

std::string count(Harness& worker, const std::string& table) {
  return worker.rows("SELECT count(*) FROM " + table).at(0);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the group's offset stays while a database that was stopped is filled from its own") {
  Harness worker(
      "commit: {every: 1}\n"
      "streams: {data: {schema: {id: string, n: int}, key: id}}\n"
      "pipelines: {store: {from: data, batch: {size: 1}, sink: {database: db, table: T, "
      "upsert: [id]}}}\n"
      "tables: {totals: {from: data, key: id, columns: {n: sum(n)}}}\n");
  worker.settle();
  for (int i = 0; i < 10; ++i) worker.produce("data", 0, std::to_string(i), record(i));
  worker.advance(seconds(1));
  REQUIRE(worker.committed("data", 0).value_or(0) == 10);
  worker.rows(kMake);
  for (int turn = 0; turn < 400 && count(worker, "T") != "10"; ++turn) {
    worker.clock.advance(milliseconds(100));
    worker.step();
    REQUIRE(worker.committed("data", 0) == 10);
  }
  CHECK(count(worker, "T") == "10");
}

TEST_CASE("a table that is missing at start stops its pipeline alone, until it is made") {
  Harness worker(kTwo);
  worker.settle();
  produce(worker, 0, 10);
  worker.advance(seconds(1));
  CHECK(count(worker, "U") == "10");
  CHECK(worker.topic("out").size() == 10);
  REQUIRE(worker.reasons().size() == 1);
  CHECK(contains(worker.reasons()[0], "pipeline stopped: database db: no table \"T\""));
  CHECK(contains(worker.state("data", 1), "running without store/T: pipeline store stopped"));
  worker.rows(kMake);
  worker.advance(seconds(30));
  CHECK(count(worker, "T") == "10");
  CHECK(worker.reasons().empty());
  CHECK(worker.state("data", 1) == "running");
  produce(worker, 10, 20);
  worker.advance(seconds(1));
  CHECK(count(worker, "T") == "20");
  CHECK(count(worker, "U") == "20");
  CHECK(worker.topic("out").size() == 20);
}

TEST_CASE("a table that goes away stops its pipeline; what came meanwhile is not lost") {
  Harness worker(kTwo);
  worker.rows(kMake);
  worker.advance(seconds(30));
  produce(worker, 0, 10);
  worker.advance(seconds(1));
  REQUIRE(count(worker, "T") == "10");
  worker.rows("ALTER TABLE T RENAME TO away");
  produce(worker, 10, 20);
  worker.settle();
  worker.advance(milliseconds(100));  // it is published that often
  REQUIRE(worker.reasons().size() == 1);
  CHECK(contains(worker.reasons()[0], "pipeline stopped: database db: "));
  CHECK(count(worker, "U") == "20");
  for (int i = 0; i < 5; ++i) worker.advance(seconds(30));
  CHECK(worker.reasons().size() == 1);
  CHECK(worker.counter("sink_retries_total", {{"database", "db"}, {"class", "schema"}}) >= 6);
  worker.rows("ALTER TABLE away RENAME TO T");
  worker.advance(seconds(30));
  CHECK(count(worker, "T") == "20");
  CHECK(worker.reasons().empty());
  CHECK(worker.counter("rebalances_total", {}) == 1);
}

TEST_CASE("two databases have their answers apart, and one goes on while the other stands") {
  Harness worker(kStream + R"(
pipelines:
  store: {from: data, batch: {size: 1}, sink: {database: db, table: T, upsert: [id]}}
  both:
    from: data
    batch: {size: 1}
    sink:
      - {database: beside, table: V, upsert: [id], create: true}
      - {database: db, table: U, upsert: [id], create: true}
)");
  worker.settle();
  produce(worker, 0, 20);
  worker.settle();
  worker.advance(milliseconds(100));
  CHECK(worker.rows("SELECT count(*) FROM V", "beside.db") == std::vector<std::string>{"20"});
  CHECK(worker.rows("SELECT group_concat(next_offset) FROM streamworker_offsets", "beside.db") ==
        std::vector<std::string>{"10,10"});
  CHECK(count(worker, "U") == "20");
  CHECK(worker.reasons().size() == 1);
  worker.rows(kMake);
  worker.advance(seconds(30));
  CHECK(count(worker, "T") == "20");
}

TEST_CASE("where nothing else reads a partition it is not read, and not passed over") {
  Harness worker(kAlone);
  worker.settle();
  produce(worker, 0, 10);
  worker.advance(seconds(1));
  CHECK(worker.counter("records_consumed_total", {{"stream", "data"}}) == 0);
  CHECK(contains(worker.state("data", 0), "pipeline store stopped: database db: no table"));
  CHECK_FALSE(worker.durable("data", 0).has_value());
  worker.rows(kMake);
  worker.advance(seconds(30));
  CHECK(count(worker, "T") == "10");
  worker.advance(seconds(1));
  worker.rows("ALTER TABLE T DROP COLUMN n");
  produce(worker, 10, 20);
  worker.settle();
  worker.advance(milliseconds(100));  // it is published that often
  REQUIRE(worker.reasons().size() == 1);
  CHECK(contains(worker.reasons()[0], "pipeline stopped"));
  produce(worker, 20, 30);
  worker.advance(seconds(1));
  CHECK(worker.committed("data", 0) == 5);
  worker.rows("ALTER TABLE T ADD COLUMN n INT");
  worker.advance(seconds(30));
  CHECK(worker.rows("SELECT count(*) FROM T WHERE n IS NOT NULL") ==
        std::vector<std::string>{"20"});
  worker.advance(seconds(1));
  CHECK(worker.committed("data", 0) == 15);
}

TEST_CASE("a start finds the table gone, and a stop does not wait for it") {
  Harness worker(kAlone);
  worker.rows(kMake);
  worker.advance(seconds(30));
  produce(worker, 0, 4);
  worker.settle();
  worker.rows("ALTER TABLE T RENAME TO away");
  produce(worker, 4, 8);
  worker.settle();
  worker.restart();
  worker.advance(seconds(1));
  CHECK(worker.reasons().size() == 1);
  worker.rows("ALTER TABLE away RENAME TO T");
  worker.restart("", true);
  worker.settle();
  CHECK(count(worker, "T") == "8");
}

TEST_CASE("a refused row is skipped where the stream says so, and the position passes it") {
  Harness worker(R"(
streams:
  data: {partitions: 2, on_error: skip, schema: {id: string, n: int}}
pipelines:
  store: {from: data, batch: {size: 5}, sink: {database: db, table: T, upsert: [id]}}
)");
  worker.rows(kMake);
  worker.advance(seconds(30));
  for (const int n : {1, 2, 100, 3, 4}) worker.produce("data", 0, "", record(n));
  worker.settle();
  CHECK(worker.rows("SELECT group_concat(id) FROM (SELECT id FROM T ORDER BY n)") ==
        std::vector<std::string>{"1,2,3,4"});
  CHECK(worker.rows("SELECT next_offset FROM streamworker_offsets WHERE part = 0") ==
        std::vector<std::string>{"5"});
  CHECK(worker.counter("records_dropped_total", {{"pipeline", "store"}, {"reason", "skipped"}}) ==
        1);
}

TEST_CASE("a refused row of a stream that fails ends the worker and leaves nothing") {
  Harness worker(R"(
streams:
  data: {partitions: 2, on_error: fail, schema: {id: string, n: int}}
pipelines:
  store: {from: data, batch: {size: 2}, sink: {database: db, table: T, upsert: [id]}}
)");
  worker.rows(kMake);
  worker.advance(seconds(30));
  for (const int n : {1, 100}) worker.produce("data", 0, "", record(n));
  std::string message;
  const auto deadline = std::chrono::steady_clock::now() + seconds(20);
  while (message.empty() && std::chrono::steady_clock::now() < deadline)
    if (auto worked = worker.stream->step(); !worked) message = worked.error().message;
  CHECK(contains(message,
                 "bad record data[0]@1 in sink of store (T): SQLite: CHECK constraint failed"));
  CHECK(contains(message, "id '100'"));
  CHECK(count(worker, "T") == "0");
}

}  // namespace
}  // namespace streamworker
