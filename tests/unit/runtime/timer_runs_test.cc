// How the runs of a timer go: failures, other workers, deaths.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/runtime/timer_world.h"

namespace streamworker {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

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

TEST_CASE("what a person corrects between a run that failed and its retry counts") {
  using Kind = config::Parameter::Kind;
  World world;
  world.sql("CREATE TABLE small (n INTEGER CHECK (n < 10), word TEXT)");
  config::Timer timer = hourly();
  timer.sql.push_back({"INSERT INTO small VALUES (:n, :found)", {}, "sql[1]"});
  timer.params.push_back(parameter("n", Kind::Constant, "50"));
  timer.params.push_back(parameter("found", Kind::Query, "SELECT 'then'"));
  timer.every_worker = GENERATE(false, true);
  const auto runner = world.runner(timer);
  world.settle(*runner);
  world.go(*runner, minutes(41));
  CHECK(runner->status().last->error.find("CHECK constraint") != std::string::npos);
  timer.params[3].text = "5";
  timer.params[4].text = "SELECT 'now'";
  timer.params.push_back(parameter("more", Kind::Constant, "!"));
  timer.sql[1].value = "INSERT INTO small VALUES (:n, :found || :more)";
  runner->update(timer);
  world.go(*runner, minutes(1));
  CHECK(world.sql("SELECT run, clock FROM log") ==
        "2026-11-25 14:00:00.000,2026-11-25 14:01:00.000;");
  CHECK(world.sql("SELECT * FROM small") == "5,then!;");
  if (!timer.every_worker)
    CHECK(world.sql("SELECT parameters ->> 'n' FROM streamworker_timers") == "5;");
}

TEST_CASE("a run whose worker died has the parameters that it had, whatever the file says now") {
  World world;
  config::Timer timer = hourly();
  timer.params[2] = parameter("last", config::Parameter::Kind::Constant, "new");
  const auto runner = world.runner(timer);
  world.settle(*runner);
  world.sql(
      "UPDATE streamworker_timers SET scheduled_at = '2026-11-25 13:10:00.000', finished_at = "
      "NULL, owner = 'dead', parameters = '{\"run\":\"r\",\"clock\":\"c\",\"last\":\"old\"}'");
  world.settle(*runner);
  CHECK(world.sql("SELECT * FROM log") == "r,c,old;");
}

TEST_CASE("a run that is asked for before its timer was looked at knows the last run") {
  World world;
  {
    const auto first = world.runner(hourly());
    world.settle(*first);
    world.go(*first, minutes(41));
  }
  const auto second = world.runner(hourly(), "second");
  second->run_now();
  second->step();
  CHECK(world.sql("SELECT last FROM log WHERE rowid = 2") == "2026-11-25 14:00:00.000;");
  World empty;
  const auto third = empty.runner(hourly(), "third");
  third->run_now();
  third->step();
  CHECK(empty.sql("SELECT run, last FROM log") == "2026-11-25 13:20:00.000,NULL;");
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
  // Its parameters are written down, and it has the lock again.
  const auto third = world.session();
  const auto at_work = [&] {
    if (world.sql("SELECT parameters IS NULL FROM streamworker_timers") != "0;") return false;
    const auto free = third->lock("");
    REQUIRE(free);
    if (*free) REQUIRE(third->rollback());
    return !*free;
  };
  const auto deadline = std::chrono::steady_clock::now() + seconds(30);
  while (!at_work() && std::chrono::steady_clock::now() < deadline) ::usleep(1000);
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

}  // namespace
}  // namespace streamworker
