#include "runtime/status.h"

#include "unit/catch.h"

namespace streamworker {
namespace {

using std::chrono::seconds;

MemberStatus running(std::map<std::string, double> records) {
  MemberStatus out;
  out.joined = true;
  out.pipeline_records = std::move(records);
  return out;
}

TEST_CASE("the reasons follow a worker's life") {
  const ManualClock clock{WallTime()};
  StatusBoard board(clock);
  REQUIRE(board.reasons().size() == 1);
  CHECK(board.reasons()[0].what == "starting");

  board.publish("0", {});
  REQUIRE(board.reasons().size() == 1);
  CHECK(board.reasons()[0].what == "joining");
  CHECK(board.reasons()[0].details.at("member") == "0");

  // No task is no reason: there are more threads than partitions.
  board.publish("0", running({}));
  CHECK(board.reasons().empty());

  board.stopping();
  REQUIRE(board.reasons().size() == 1);
  CHECK(board.reasons()[0].what == "stopping");
}

TEST_CASE("a reason that several members share stands once") {
  const ManualClock clock{WallTime()};
  StatusBoard board(clock);
  MemberStatus waits = running({});
  waits.reasons = {{"database away", {{"database", "shop"}}}};
  board.publish("0", waits);
  board.publish("1", waits);
  CHECK(board.reasons().size() == 1);
  waits.reasons = {{"database away", {{"database", "other"}}}};
  board.publish("1", waits);
  CHECK(board.reasons().size() == 2);
}

TEST_CASE("a reason of several members stands since the first of them") {
  const ManualClock clock{WallTime()};
  StatusBoard board(clock);
  MemberStatus waits = running({});
  const auto publish = [&](const std::string& member, const std::string& since) {
    waits.reasons = {{"database away", {{"database", "shop"}, {"since", since}}}};
    board.publish(member, waits);
  };
  publish("0", "2026-11-21T07:12:42Z");
  publish("1", "2026-11-21T07:12:41Z");
  publish("2", "2026-11-21T07:12:43Z");
  REQUIRE(board.reasons().size() == 1);
  CHECK(board.reasons()[0].details.at("since") == "2026-11-21T07:12:41Z");
}

TEST_CASE("a pipeline that one member has stopped is stopped") {
  const ManualClock clock{WallTime()};
  StatusBoard board(clock);
  PipelineStatus store;
  store.name = "store";
  PipelineStatus copy;
  copy.name = "copy";
  board.describe({store, copy});
  MemberStatus member = running({});
  board.publish("0", member);
  member.stopped = {{"store", "1146: no such table"}};
  board.publish("1", member);
  CHECK(board.pipelines()[0].state == "stopped");
  CHECK(board.pipelines()[0].why == "1146: no such table");
  CHECK(board.pipelines()[1].state == "running");
}

TEST_CASE("rates are over the last ten seconds and all members") {
  ManualClock clock{WallTime()};
  StatusBoard board(clock);
  PipelineStatus store;
  store.name = "store";
  board.describe({store});
  CHECK(board.pipelines()[0].rate == 0);

  board.publish("1", running({{"store", 50}}));
  for (int second = 0; second <= 30; ++second) {
    board.publish("0", running({{"store", second * 100.0}}));
    clock.advance(seconds(1));
  }
  // It is second 31, and nothing new came since 30.
  CHECK(board.pipelines()[0].records == 3050);
  CHECK(board.pipelines()[0].rate == 90);
  clock.advance(seconds(60));
  CHECK(board.pipelines()[0].records == 3050);
  CHECK(board.pipelines()[0].rate == 0);
}

TEST_CASE("a member that starts again makes no negative rate") {
  ManualClock clock{WallTime()};
  StatusBoard board(clock);
  PipelineStatus store;
  store.name = "store";
  board.describe({store});
  board.publish("0", running({{"store", 5000}}));
  clock.advance(seconds(5));
  board.publish("0", running({{"store", 10}}));
  CHECK(board.pipelines()[0].records == 10);
  CHECK(board.pipelines()[0].rate == 0);
}

}  // namespace
}  // namespace streamworker
