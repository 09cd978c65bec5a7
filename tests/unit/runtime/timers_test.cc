// When timers run, and in which thread; how runs go: timer_runs_test.cc. Those on a server:
// tests/e2e/timers.py.
#include <unistd.h>

#include "unit/runtime/timer_world.h"

namespace streamworker {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("the first run is the next one of the schedule, and each comes once") {
  World world;
  const auto runner = world.runner(hourly());
  CHECK(world.settle(*runner) == at("2026-11-25 14:00:00"));
  CHECK(world.log().empty());
  CHECK_FALSE(runner->status().last);
  world.go(*runner, minutes(39));
  CHECK(world.log().empty());
  world.go(*runner, minutes(2));
  CHECK(world.log() == "14:00:00;");
  world.go(*runner, hours(1));
  world.go(*runner, hours(1));
  CHECK(world.sql("SELECT * FROM log") ==
        "2026-11-25 14:00:00.000,2026-11-25 14:01:00.000,NULL;"
        "2026-11-25 15:00:00.000,2026-11-25 15:01:00.000,2026-11-25 14:00:00.000;"
        "2026-11-25 16:00:00.000,2026-11-25 16:01:00.000,2026-11-25 15:00:00.000;");
  const TimerStatus status = runner->status();
  CHECK(status.schedule == "every 1 h");
  CHECK(status.next == at("2026-11-25 17:00:00"));
  REQUIRE(status.last);
  CHECK(status.last->scheduled_at == at("2026-11-25 16:00:00"));
  CHECK(status.last->result == "ok");
  CHECK(status.last->who == "me");
  CHECK(world.runs("ok") == 3);
}

TEST_CASE("a cron runs in its timezone") {
  World world;
  config::Timer timer = hourly();
  timer.every.reset();
  timer.cron = "30 15 * * *";
  timer.timezone = "Europe/Berlin";
  const auto runner = world.runner(timer);
  CHECK(world.settle(*runner) == at("2026-11-25 14:30:00"));
  world.go(*runner, hours(24));
  CHECK(world.log() == "14:30:00;");
  CHECK(runner->status().schedule == "cron 30 15 * * * (Europe/Berlin)");
}

TEST_CASE("of several workers one runs it") {
  World world;
  const auto one = world.runner(hourly(), "one");
  const auto two = world.runner(hourly(), "two");
  world.settle(*one);
  world.settle(*two);
  for (int i = 0; i < 10; ++i) {
    world.clock.advance(hours(1));
    world.settle(i % 2 == 0 ? *one : *two);
    world.settle(i % 2 == 0 ? *two : *one);
  }
  CHECK(world.sql("SELECT count(*), count(DISTINCT run) FROM log") == "10,10;");
  CHECK(two->status().last->who == "two");
  CHECK(one->status().last->who == "two");
  CHECK(world.runs("ok") == 10);
}

TEST_CASE("missed runs: none, the last, or all") {
  const auto [catch_up, expected] = GENERATE(table<config::CatchUp, std::string>(
      {{config::CatchUp::None, "14:00:00;18:00:00;"},
       {config::CatchUp::Last, "14:00:00;17:00:00;18:00:00;"},
       {config::CatchUp::All, "14:00:00;15:00:00;16:00:00;17:00:00;18:00:00;"}}));
  World world;
  config::Timer timer = hourly();
  timer.catch_up = catch_up;
  {
    const auto runner = world.runner(timer);
    world.settle(*runner);
    world.go(*runner, minutes(41));
  }
  world.clock.advance(hours(3));
  const auto runner = world.runner(timer);
  world.settle(*runner);
  world.go(*runner, hours(1));
  CHECK(world.log() == expected);
}

TEST_CASE("a timer that is changed while it runs: what the new schedule named before is not run") {
  World world;
  const auto runner = world.runner(hourly());
  world.settle(*runner);
  world.go(*runner, minutes(41));
  CHECK(world.log() == "14:00:00;");
  world.clock.advance(minutes(20));
  config::Timer changed = hourly();
  changed.every = minutes(10);
  changed.params[1] =
      parameter("clock", config::Parameter::Kind::ScheduledAt, "", -Duration(minutes(5)));
  runner->update(changed);
  CHECK(runner->status().schedule == "every 10 min");
  CHECK(world.settle(*runner) == at("2026-11-25 14:30:00"));
  world.go(*runner, minutes(10));
  CHECK(world.sql("SELECT run, clock FROM log WHERE rowid > 1") ==
        "2026-11-25 14:30:00.000,2026-11-25 14:25:00.000;");

  changed.enabled = false;
  runner->update(changed);
  CHECK(runner->step() == WallTime::max());
  CHECK_FALSE(runner->status().enabled);
  world.clock.advance(hours(5));
  CHECK(runner->step() == WallTime::max());
  changed.enabled = true;
  runner->update(changed);
  CHECK(world.settle(*runner) == at("2026-11-25 19:40:00"));
  CHECK(world.log() == "14:00:00;14:30:00;");
}

TEST_CASE("settings that are there before the first step count as the file's") {
  World world;
  {
    const auto runner = world.runner(hourly());
    world.settle(*runner);
  }
  world.clock.advance(hours(1));
  const auto runner = world.runner(hourly());
  config::Timer changed = hourly();
  changed.every = minutes(30);
  runner->update(changed);
  world.settle(*runner);
  CHECK(world.log() == "14:00:00;");
}

TEST_CASE("threads run timers, take changes, and a statement without end is interrupted at stop") {
  World world;
  const SystemClock clock;
  config::File file;
  file.app = "app";
  config::Database database;
  database.name = "db";
  database.scheme = "sqlite";
  database.database = world.path();
  file.databases = {database};
  file.timers = {hourly()};
  file.timers[0].every = milliseconds(100);
  Timers timers(file, "me", clock, world.metrics);
  timers.start();
  const auto wait_for = [](const char* what, const auto& holds) {
    INFO(what);
    const auto deadline = std::chrono::steady_clock::now() + seconds(30);
    while (!holds() && std::chrono::steady_clock::now() < deadline) ::usleep(1000);
    CHECK(holds());
  };
  wait_for("some runs", [&] { return world.sql("SELECT count(*) > 2 FROM log") == "1;"; });
  CHECK(timers.run_now("t") == Timers::Asked::Taken);
  CHECK(timers.run_now("u") == Timers::Asked::Unknown);
  wait_for("the run that was asked for", [&] { return timers.statuses().at(0).asked.has_value(); });
  config::Timer endless = file.timers[0];
  endless.sql = {
      {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) "
       "FROM n",
       {},
       "sql"}};
  CHECK(timers.update(endless));
  wait_for("a run of the endless statement", [&] {
    return world.sql(
               "SELECT finished_at IS NULL AND parameters IS NOT NULL FROM "
               "streamworker_timers") == "1;";
  });
  timers.stop(milliseconds(1));
  CHECK(timers.run_now("t") == Timers::Asked::Stopping);
  CHECK(timers.statuses().at(0).name == "t");
  CHECK(world.sql("SELECT finished_at IS NULL, failures FROM streamworker_timers") == "1,0;");
}

}  // namespace
}  // namespace streamworker
