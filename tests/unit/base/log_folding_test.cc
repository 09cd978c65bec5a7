#include "base/log_folding.h"

#include "unit/catch.h"

namespace streamworker::log {
namespace {

using std::chrono::seconds;

TEST_CASE("a repeated line is counted for ten seconds and then summed up") {
  Folding folding;
  CHECK(folding.take(seconds(0), Level::Warn, "sink", "away"));
  CHECK_FALSE(folding.take(seconds(1), Level::Warn, "sink", "away"));
  CHECK_FALSE(folding.take(seconds(9), Level::Warn, "sink", "away"));
  CHECK(folding.expired(seconds(9)).empty());
  const auto folded = folding.expired(seconds(10));
  REQUIRE(folded.size() == 1);
  CHECK(folded[0].level == Level::Warn);
  CHECK(folded[0].module == "sink");
  CHECK(folded[0].text == "away … 2 more in 10 s");
  CHECK(folding.take(seconds(10), Level::Warn, "sink", "away"));
}

TEST_CASE("a line that came once leaves no summary") {
  Folding folding;
  CHECK(folding.take(seconds(0), Level::Info, "app", "once"));
  CHECK(folding.expired(seconds(60)).empty());
  CHECK(folding.rest(seconds(60)).empty());
}

TEST_CASE("another level, module or text is another line") {
  Folding folding;
  CHECK(folding.take(seconds(0), Level::Info, "app", "text"));
  CHECK(folding.take(seconds(0), Level::Warn, "app", "text"));
  CHECK(folding.take(seconds(0), Level::Info, "sink", "text"));
  CHECK(folding.take(seconds(0), Level::Info, "app", "other"));
}

TEST_CASE("each line has its own ten seconds") {
  Folding folding;
  CHECK(folding.take(seconds(0), Level::Info, "app", "a"));
  CHECK(folding.take(seconds(6), Level::Info, "app", "b"));
  CHECK_FALSE(folding.take(seconds(7), Level::Info, "app", "b"));
  CHECK(folding.expired(seconds(10)).empty());
  CHECK_FALSE(folding.take(seconds(11), Level::Info, "app", "b"));
  const auto folded = folding.expired(seconds(16));
  REQUIRE(folded.size() == 1);
  CHECK(folded[0].text == "b … 2 more in 10 s");
}

TEST_CASE("memory is bounded: beyond 256 lines nothing is folded") {
  Folding folding;
  for (int i = 0; i < 256; ++i)
    CHECK(folding.take(seconds(0), Level::Info, "app", fmt::format("line {}", i)));
  CHECK(folding.take(seconds(0), Level::Info, "app", "one more"));
  CHECK(folding.take(seconds(0), Level::Info, "app", "one more"));
  const std::string longest(5000, 'x');
  Folding other;
  CHECK(other.take(seconds(0), Level::Info, "app", longest));
  CHECK(other.take(seconds(0), Level::Info, "app", longest));
}

TEST_CASE("the rest is summed up at the end") {
  Folding folding;
  CHECK(folding.take(seconds(0), Level::Info, "app", "a"));
  CHECK_FALSE(folding.take(seconds(1), Level::Info, "app", "a"));
  const auto folded = folding.rest(seconds(3));
  REQUIRE(folded.size() == 1);
  CHECK(folded[0].text == "a … 1 more in 3 s");
}

}  // namespace
}  // namespace streamworker::log
