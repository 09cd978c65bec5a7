// Letters while the log is in trouble: positions wait, and nothing ends.
#include "unit/catch.h"
#include "unit/runtime/harness.h"
#include "unit/runtime/troubled_log.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Texts = std::vector<std::string>;

const std::string kFile = R"y(
commit: {interval: 3s}
streams:
  data:
    partitions: 1
    schema: {id: string, n: int}
pipelines:
  store: {from: data, batch: {size: 2, window: 1s}, sink: {database: db, table: T, upsert: [id], create: true}}
  narrow: {from: data, select: {n: {expr: "case n when 7 then 1000 else n end", type: "decimal(2,0)"}}, sink: {topic: narrow}}
)y";

// The log of a worker that has started, in between.
TroubledLog& trouble(Harness& worker) {
  worker.settle();
  auto troubled = std::make_unique<TroubledLog>(std::move(worker.log));
  TroubledLog& log = *troubled;
  worker.log = std::move(troubled);
  worker.restart();
  worker.settle();
  return log;
}

TEST_CASE("no position moves past a record whose letter is not acknowledged") {
  Harness worker(kFile);
  TroubledLog& log = trouble(worker);
  worker.produce("data", 0, "k", record(1));
  worker.produce("data", 0, "k", record(2));
  worker.produce("data", 0, "k", record(7));
  worker.produce("data", 0, "k", record(3));
  log.troubled = true;
  for (int i = 0; i < 50 && log.refused == 0; ++i) worker.step();
  REQUIRE(log.refused > 0);
  for (int i = 0; i < 50; ++i) {
    worker.step();
    worker.clock.advance(milliseconds(100));
  }
  CHECK(worker.committed("data", 0).value_or(0) == 0);
  CHECK(worker.rows("SELECT max(next_offset) FROM streamworker_offsets") == Texts{"0"});
  CHECK(worker.topic("narrow").empty());
  log.troubled = false;
  worker.advance(seconds(5));  // the longest wait between two starts
  worker.pass();
  CHECK(worker.committed("data", 0) == 4);
  CHECK(worker.rows("SELECT count(*) FROM T") == Texts{"4"});
  CHECK(worker.topic("narrow").size() == 3);
  CHECK(worker.letters().size() == 1);
}

TEST_CASE("a thread that can make no producer of letters tries again") {
  Harness worker(kFile);
  TroubledLog& log = trouble(worker);
  worker.produce("data", 0, "k", record(7));
  log.exhausted = true;
  for (int i = 0; i < 50 && log.refused == 0; ++i) worker.step();
  REQUIRE(log.refused == 1);
  CHECK(worker.committed("data", 0).value_or(0) == 0);
  log.exhausted = false;
  worker.advance(seconds(5));  // the longest wait between two starts
  worker.pass();
  CHECK(worker.committed("data", 0) == 1);
  CHECK(worker.letters().size() == 1);
}

TEST_CASE("the end of the letters is asked for until it is known") {
  Harness worker(kFile);
  TroubledLog& log = trouble(worker);
  worker.produce("data", 0, "k", record(7));
  worker.pass();
  log.cold = 3;
  CHECK(worker.letters().size() == 1);
  log.cold = 1'000'000;
  const auto read = read_all(log, *letter_consumer(log, "test"), {"test-dead-letters", 0},
                             [](const Message&) { return Result<bool>(true); });
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().remedy == Remedy::Retry);
}

}  // namespace
}  // namespace streamworker
