// Timers on a manual clock and SQLite files. Those on a server: tests/e2e/timers.py.
#include "runtime/timers.h"

#include <string>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/catch.h"
#include "unit/sink/folder.h"

namespace streamworker {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

WallTime at(const std::string& text) {
  const auto moment = sink::moment_of(text);
  REQUIRE(moment);
  return *moment;
}

config::Parameter parameter(const std::string& name, config::Parameter::Kind kind,
                            const std::string& text = "", Duration shift = {}) {
  return {name, kind, text, shift};
}

// A timer that writes its moments into the table `log`.
config::Timer hourly() {
  config::Timer timer;
  timer.name = "t";
  timer.every = hours(1);
  timer.database.value = "db";
  timer.sql = {{"INSERT INTO log (run, clock, last) VALUES (:run, :clock, :last)", {}, "sql"}};
  timer.params = {parameter("run", config::Parameter::Kind::ScheduledAt),
                  parameter("clock", config::Parameter::Kind::Now),
                  parameter("last", config::Parameter::Kind::LastRun)};
  return timer;
}

class World {
 public:
  World() { sql("CREATE TABLE log (run TEXT, clock TEXT, last TEXT)"); }

  std::unique_ptr<sink::Session> session() const {
    config::Database spec;
    spec.scheme = "sqlite";
    spec.database = folder_.file("timers.db");
    return sink::open_session(spec);
  }
  std::unique_ptr<TimerRunner> runner(const config::Timer& timer, const std::string& who = "me") {
    return std::make_unique<TimerRunner>(timer, TimerPlace{"app", who}, session(), clock, metrics);
  }
  // Rows as "a,b;c,NULL;", times without their date's zeros.
  std::string sql(const std::string& statement) const {
    const auto result = session()->run(statement);
    if (!result) FAIL(result.error().message);
    std::string out;
    for (const auto& row : result->rows) {
      for (const auto& cell : row) {
        if (const auto* const text = std::get_if<std::string>(&cell))
          out += *text + ',';
        else if (const auto* const number = std::get_if<int64_t>(&cell))
          out += std::to_string(*number) + ',';
        else
          out += "NULL,";
      }
      out.back() = ';';
    }
    return out;
  }
  std::string log() const { return sql("SELECT substr(run, 12, 8) FROM log ORDER BY rowid"); }
  // Until the runner waits for a later moment than now.
  WallTime settle(TimerRunner& runner) const {
    for (int i = 0; i < 100; ++i)
      if (const WallTime next = runner.step(); next > clock.wall()) return next;
    FAIL("the timer never waits");
    return {};
  }
  void go(TimerRunner& runner, Duration by) {
    clock.advance(by);
    settle(runner);
  }
  double runs(const std::string& result) {
    return metrics.counter("timer_runs_total", "", {{"timer", "t"}, {"result", result}}).value();
  }

  ManualClock clock{at("2026-11-25 13:20:00")};
  Metrics metrics;

 private:
  sink::Folder folder_;
};

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

TEST_CASE("a run that fails is tried again with the same parameters, and later ones wait") {
  World world;
  config::Timer timer = hourly();
  timer.sql.push_back({"INSERT INTO later VALUES (:run)", {}, "sql[1]"});
  timer.params.push_back(
      parameter("q", config::Parameter::Kind::Query, "SELECT count(*) FROM log"));
  timer.catch_up = config::CatchUp::All;
  const auto runner = world.runner(timer);
  world.settle(*runner);
  world.clock.advance(minutes(41));
  // A table that is not there: a person must act, so each minute.
  CHECK(world.settle(*runner) == at("2026-11-25 14:02:00"));
  CHECK(world.log().empty());
  const TimerStatus status = runner->status();
  REQUIRE(status.last);
  CHECK(status.last->result == "error");
  CHECK(status.last->error.find("no such table: later") != std::string::npos);
  CHECK(
      world.sql("SELECT scheduled_at, finished_at, failures, parameters FROM "
                "streamworker_timers") ==
      "2026-11-25 14:00:00.000,NULL,1,{\"clock\":\"2026-11-25 14:01:00.000\",\"last\":null,\"q\":0,"
      "\"run\":\"2026-11-25 14:00:00.000\"};");
  world.go(*runner, hours(2));
  CHECK(world.sql("SELECT failures FROM streamworker_timers") == "2;");
  world.sql("CREATE TABLE later (run TEXT)");
  world.go(*runner, minutes(1));
  CHECK(world.sql("SELECT run, clock FROM log LIMIT 1") ==
        "2026-11-25 14:00:00.000,2026-11-25 14:01:00.000;");
  CHECK(world.log() == "14:00:00;15:00:00;16:00:00;");
  CHECK(world.sql("SELECT count(*) FROM later") == "3;");
  CHECK(world.runs("error") == 2);
  CHECK(world.runs("ok") == 3);
}

TEST_CASE("another worker tries a failed run again when its time has come, not at once") {
  World world;
  config::Timer timer = hourly();
  timer.sql.push_back({"INSERT INTO later VALUES (:run)", {}, "sql[1]"});
  const auto one = world.runner(timer, "one");
  const auto two = world.runner(timer, "two");
  world.settle(*one);
  world.settle(*two);
  world.go(*one, minutes(41));
  CHECK(world.settle(*two) == at("2026-11-25 14:02:00"));
  CHECK(two->status().last->error.find("no such table") != std::string::npos);
  world.sql("CREATE TABLE later (run TEXT)");
  world.go(*two, minutes(1));
  CHECK(world.log() == "14:00:00;");
  CHECK(two->status().last->who == "two");
}

TEST_CASE("a database that is held by another writer is waited for") {
  World world;
  const auto runner = world.runner(hourly());
  world.settle(*runner);
  const auto other = world.session();
  REQUIRE(other->begin());
  world.clock.advance(minutes(41));
  const WallTime again = runner->step();
  CHECK(again > world.clock.wall());
  CHECK(again <= world.clock.wall() + seconds(1));
  CHECK(world.log().empty());
  REQUIRE(other->commit());
  world.go(*runner, seconds(1));
  CHECK(world.log() == "14:00:00;");
}

TEST_CASE("a database that cannot be opened is tried again and told") {
  World world;
  config::Database spec;
  spec.scheme = "sqlite";
  spec.database = "/nowhere/at/all.db";
  TimerRunner runner(hourly(), {"app", "me"}, sink::open_session(spec), world.clock, world.metrics);
  CHECK(runner.step() > world.clock.wall());
  CHECK(runner.status().error.find("/nowhere/at/all.db") != std::string::npos);
}

// The child claims a run, writes its parameters down, and never comes to an end.
TEST_CASE(
    "a worker that is killed between the claim and the end: another runs it, once, the same") {
  World world;
  world.sql("CREATE TABLE knob (loops INTEGER)");
  world.sql("INSERT INTO knob VALUES (1000000000000)");
  config::Timer timer = hourly();
  timer.sql.push_back(
      {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < (SELECT loops "
       "FROM "
       "knob)) SELECT max(i) FROM n",
       {},
       "sql[1]"});
  {
    const auto first = world.runner(timer, "first");
    world.settle(*first);
  }
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    world.clock.advance(minutes(41));
    const auto killed = world.runner(timer, "killed");
    killed->step();
    ::_exit(0);
  }
  const auto deadline = std::chrono::steady_clock::now() + seconds(30);
  while (world.sql("SELECT parameters IS NULL FROM streamworker_timers") != "0;" &&
         std::chrono::steady_clock::now() < deadline)
    ::usleep(1000);
  world.clock.advance(minutes(45));
  const auto second = world.runner(timer, "second");
  CHECK(second->step() > world.clock.wall());
  ::kill(child, SIGKILL);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(world.sql("SELECT owner, finished_at, failures FROM streamworker_timers") ==
        "killed,NULL,0;");
  CHECK(world.log().empty());
  world.sql("UPDATE knob SET loops = 1");
  world.clock.advance(seconds(1));
  world.settle(*second);
  CHECK(world.sql("SELECT run, clock FROM log") ==
        "2026-11-25 14:00:00.000,2026-11-25 14:01:00.000;");
  CHECK(world.sql("SELECT owner, result FROM streamworker_timers") == "second,ok;");
}

TEST_CASE("on every worker: each runs it, and no table knows") {
  World world;
  config::Timer timer = hourly();
  timer.every_worker = true;
  const auto one = world.runner(timer, "one");
  const auto two = world.runner(timer, "two");
  world.settle(*one);
  world.settle(*two);
  world.clock.advance(minutes(41));
  world.settle(*one);
  world.settle(*two);
  CHECK(world.log() == "14:00:00;14:00:00;");
  CHECK(one->status().last->who == "one");
  CHECK(world.sql("SELECT count(*) FROM sqlite_schema WHERE name = 'streamworker_timers'") == "0;");
  world.sql("ALTER TABLE log RENAME TO other");
  world.go(*one, hours(1));
  CHECK(one->status().last->result == "error");
  world.sql("ALTER TABLE other RENAME TO log");
  world.go(*one, minutes(1));
  CHECK(world.sql("SELECT run, last FROM log WHERE last IS NOT NULL") ==
        "2026-11-25 15:00:00.000,2026-11-25 14:00:00.000;");
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

TEST_CASE("a run that is asked for comes at once and leaves the schedule alone") {
  World world;
  const auto runner = world.runner(hourly());
  world.settle(*runner);
  runner->run_now();
  world.settle(*runner);
  CHECK(world.sql("SELECT run FROM log") == "2026-11-25 13:20:00.000;");
  REQUIRE(runner->status().asked);
  CHECK(runner->status().asked->result == "ok");
  CHECK_FALSE(runner->status().last);
  world.go(*runner, minutes(41));
  CHECK(world.log() == "13:20:00;14:00:00;");
  world.sql("DROP TABLE log");
  runner->run_now();
  world.settle(*runner);
  CHECK(runner->status().asked->error.find("no such table") != std::string::npos);
  CHECK(world.runs("error") == 1);
}

TEST_CASE("constants are numbers where they look like numbers, and parameters read back the same") {
  World world;
  using Kind = config::Parameter::Kind;
  const std::vector<config::Parameter> all = {
      parameter("number", Kind::Constant, "-5"),
      parameter("zeros", Kind::Constant, "007"),
      parameter("date", Kind::Constant, "2019-05-01 00:00:00"),
      parameter("quote", Kind::Constant, "it's \"\n"),
      parameter("hour", Kind::ScheduledAt, "", -Duration(hours(1))),
      parameter("never", Kind::LastRun, "", hours(1)),
      parameter("half", Kind::Query, "SELECT 0.5"),
      parameter("nothing", Kind::Query, "SELECT 1 WHERE 0"),
      parameter("asked", Kind::Query, "SELECT :scheduled_at")};
  const auto session = world.session();
  const WallTime run = at("2026-11-25 14:00:00");
  const auto made = evaluate(all, {run, run, {}}, *session);
  REQUIRE(made);
  CHECK(made->at("number") == sink::SqlValue(int64_t{-5}));
  CHECK(made->at("zeros") == sink::SqlValue("007"));
  CHECK(made->at("hour") == sink::SqlValue("2026-11-25 13:00:00.000"));
  CHECK(made->at("never") == sink::SqlValue());
  CHECK(made->at("half") == sink::SqlValue(0.5));
  CHECK(made->at("nothing") == sink::SqlValue());
  CHECK(made->at("asked") == sink::SqlValue("2026-11-25 14:00:00.000"));
  const auto read = from_json(to_json(*made));
  REQUIRE(read);
  CHECK(*read == *made);
}

TEST_CASE("threads run timers, take changes, and a statement without end is interrupted at stop") {
  World world;
  const SystemClock clock;
  config::File file;
  file.app = "app";
  config::Database database;
  database.name = "db";
  database.scheme = "sqlite";
  database.database = std::get<std::string>(
      world.session()->run("SELECT file FROM pragma_database_list")->rows.at(0).at(0));
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
  CHECK(timers.run_now("t"));
  CHECK_FALSE(timers.run_now("u"));
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
  CHECK(timers.statuses().at(0).name == "t");
  CHECK(world.sql("SELECT finished_at IS NULL, failures FROM streamworker_timers") == "1,0;");
}

}  // namespace
}  // namespace streamworker
