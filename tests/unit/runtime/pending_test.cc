// Tasks that start while a transaction that a worker left behind is not settled.
#include "unit/catch.h"
#include "unit/runtime/harness.h"
#include "unit/runtime/troubled_log.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;

const std::string kFile = R"y(
streams:
  data: {partitions: 2, schema: {id: string, n: int}}
pipelines:
  narrow: {from: data, sink: {topic: narrow}}
)y";

const std::string kMore = R"y(
streams:
  data: {partitions: 2, schema: {id: string, n: int}}
  more: {partitions: 2, schema: {id: string, n: int}}
pipelines:
  narrow: {from: data, sink: {topic: narrow}}
  other: {from: more, sink: {topic: other}}
)y";

// A second, in which what can go on does.
void pass(Harness& worker) {
  for (int i = 0; i < 20; ++i) {
    worker.step();
    worker.clock.advance(milliseconds(50));
  }
}

// The member is stopped, and its log says from now on that these are pending.
TroubledLog& leave(Harness& worker, const std::set<TopicPartition>& pending) {
  worker.pass();
  worker.stop();
  auto troubled = std::make_unique<TroubledLog>(std::move(worker.log));
  TroubledLog& log = *troubled;
  log.pending = pending;
  worker.log = std::move(troubled);
  return log;
}

TEST_CASE("a transaction that was left behind holds up the partitions that it has, no others") {
  Harness worker(kFile);
  worker.produce("data", 0, "k", record(1));
  worker.produce("data", 1, "k", record(2));
  TroubledLog& log = leave(worker, {{"data", 0}});
  worker.restart();
  worker.produce("data", 0, "k", record(3));
  worker.produce("data", 1, "k", record(4));
  pass(worker);
  CHECK(worker.committed("data", 1) == 2);
  CHECK(worker.topic("narrow").size() == 3);
  const auto reasons = worker.board().reasons();
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0].details.at("waits_for") ==
        "a transaction of another worker to end: data[0] is in it");
  log.pending.clear();
  pass(worker);
  CHECK(worker.committed("data", 0) == 2);
  CHECK(worker.topic("narrow").size() == 4);
  CHECK(worker.reasons().empty());
}

TEST_CASE("a partition that has no offset waits for the one that knows how many there were") {
  Harness worker(kFile);
  TroubledLog& log = leave(worker, {{"more", 0}});
  worker.restart(kMore);
  worker.produce("data", 0, "k", record(1));
  worker.produce("more", 1, "k", record(2));
  pass(worker);
  CHECK(worker.topic("narrow").size() == 1);
  CHECK(worker.topic("other").empty());
  log.pending.clear();
  pass(worker);
  CHECK(worker.topic("other").size() == 1);
}

}  // namespace
}  // namespace streamworker
