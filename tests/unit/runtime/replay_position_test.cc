// Replays and how far the application is: what it will process again by itself is left to it.
#include "unit/catch.h"
#include "unit/runtime/harness.h"

namespace streamworker {
namespace {

// A select that fails where n is 7, or does not.
std::string file(bool fails) {
  return R"yaml(
commit: {interval: 3s}
streams:
  data:
    partitions: 1
    schema: {id: string, n: int}
pipelines:
  p:
    from: data
    select: {id: id, n: {expr: "case n when 7 then 1000 else n end", type: "decimal()yaml" +
         std::string(fails ? "2" : "9") + R"yaml(,0)"}}
    sink: {topic: p}
)yaml";
}

TEST_CASE("what is not processed yet, or has no place any more, is not replayed") {
  Harness worker(file(true));
  worker.settle();
  for (int n = 6; n <= 8; ++n) worker.produce("data", 0, "k", record(n));
  while (worker.counter("records_consumed_total", {{"stream", "data"}}) < 3) worker.step();
  REQUIRE(worker.letters().size() == 1);
  CHECK(worker.replay_letters() == 0);  // after a crash it would be processed again
  worker.pass();
  std::string other = file(false);
  other.replace(other.find("  p:"), 4, "  q:");
  worker.restart(other);
  worker.pass();
  CHECK(worker.replay_letters() == 0);
  CHECK(worker.letters().size() == 1);
}

TEST_CASE(
    "what a worker processes again while a replay reads the letters is not replayed as well") {
  Harness worker(file(true));
  worker.settle();
  for (int n = 6; n <= 8; ++n) worker.produce("data", 0, "k", record(n));
  while (worker.counter("records_consumed_total", {{"stream", "data"}}) < 3) worker.step();
  worker.before_replay = [&] {
    worker.restart(file(false), true);
    worker.pass();
  };
  CHECK(worker.replay_letters() == 0);
  worker.pass();
  CHECK(worker.topic("p").size() == 3);
  CHECK(worker.letters().empty());
}

TEST_CASE("before the group's first commit nothing is replayed") {
  Harness worker(file(true));
  worker.produce("data", 0, "k", record(7));
  Letter letter;
  letter.id = {{"data", 0}, 0, "select", "p", ""};
  letter.app = "test";
  OwnedHeaders headers;
  add_block(letter, {}, headers);
  worker.produce("test-dead-letters", 0, "k", record(7), 1000, &headers.get());
  REQUIRE(worker.letters().size() == 1);
  CHECK(worker.replay_letters() == 0);
  worker.pass();
  CHECK(worker.replay_letters() == 1);
}

}  // namespace
}  // namespace streamworker
