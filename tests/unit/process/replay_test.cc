// What a record says of its replay.
#include "process/replay.h"

#include "unit/catch.h"

namespace streamworker {
namespace {

TEST_CASE("a replayed record names its application, pipeline and sink") {
  CHECK_FALSE(replay_target(nullptr).has_value());
  const Headers plain = {{"trace", "1"}, {"__streamworker.replay.app", "shop"}};
  CHECK_FALSE(replay_target(&plain).has_value());
  const Headers replayed = {{"trace", "1"},
                            {"__streamworker.replay.app", "shop"},
                            {"__streamworker.replay.pipeline", "store"},
                            {"__streamworker.replay.sink", "T"}};
  CHECK(replay_target(&replayed) == ReplayTarget{"shop", "store", "T"});
}

TEST_CASE("what leaves the application does not say that it was replayed") {
  std::deque<Headers> kept;
  const Headers plain = {{"trace", "1"}};
  CHECK(without_replay(&plain, kept) == &plain);
  CHECK(kept.empty());
  const Headers replayed = {{"__streamworker.replay.pipeline", "store"}, {"trace", "1"}};
  const Headers* rest = without_replay(&replayed, kept);
  REQUIRE(rest != nullptr);
  REQUIRE(rest->size() == 1);
  CHECK(rest->front().name == "trace");
  const Headers alone = {{"__streamworker.replay.pipeline", "store"}};
  CHECK(without_replay(&alone, kept) == nullptr);
}

}  // namespace
}  // namespace streamworker
