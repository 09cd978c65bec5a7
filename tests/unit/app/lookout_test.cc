#include "app/lookout.h"

#include "unit/app/absent_log.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

struct Fixture {
  Fixture() {
    file.kafka.brokers = "there:9092";
    MemberStatus ready;
    ready.joined = true;
    board.publish("app-0", ready);
  }
  std::vector<Reason> reasons() {
    lookout.look();
    return board.reasons();
  }
  ManualClock clock{WallTime(std::chrono::hours(24 * 365 * 50))};
  config::File file;
  StatusBoard board{clock};
  Absent log;
  uint64_t free = DiskGuard::kFloor;
  DiskGuard disk{"/state", [this](const std::string&) { return Result<uint64_t>(free); }, clock};
  Supervisor nobody{"", {}, clock};
  Lookout lookout{file,
                  clock,
                  board,
                  log,
                  &disk,
                  nobody,
                  [](const TopicPartition&) { return Result<Offset>(0); }};
};

TEST_CASE("a log that is away is a reason until it is back") {
  Fixture f;
  CHECK(f.reasons().empty());
  f.log.error = "connection refused";
  const auto reasons = f.reasons();
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0].what == "kafka away");
  CHECK(reasons[0].details.at("brokers") == "there:9092");
  CHECK(reasons[0].details.at("error") == "connection refused");
  const std::string since = reasons[0].details.at("since");
  f.clock.advance(std::chrono::seconds(5));
  CHECK(f.reasons()[0].details.at("since") == since);
  f.log.error = "";
  CHECK(f.reasons().empty());
}

TEST_CASE("a disk that is almost full holds everything up until there is room") {
  Fixture f;
  CHECK(f.reasons().empty());
  CHECK_FALSE(f.lookout.hold());
  f.free = 1;
  f.clock.advance(std::chrono::seconds(1));
  REQUIRE(f.reasons().size() == 1);
  CHECK(f.board.reasons()[0].what == "disk almost full");
  CHECK(f.lookout.hold());
  f.free = 2 * DiskGuard::kFloor;
  f.clock.advance(std::chrono::seconds(1));
  CHECK(f.reasons().empty());
  CHECK_FALSE(f.lookout.hold());
}

TEST_CASE("reasons as one line") {
  CHECK(in_words({}) == "ready");
  CHECK(in_words({{"kafka away", {{"error", "refused\nindeed"}, {"since", "noon"}}},
                  {"starting", {}}}) ==
        "not ready: kafka away (error refused indeed, since noon); starting");
  const std::string text = in_words({{"x", {{"error", std::string(490, 'x') + "äöü"}}}});
  CHECK(text.size() < 510);
  CHECK(text.substr(text.size() - 5) == "xx…");
}

}  // namespace
}  // namespace streamworker
