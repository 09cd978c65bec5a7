// What is a stall, what is none, and what follows; on a clock that stands still.
#include "runtime/watchdog.h"

#include "unit/catch.h"
#include "unit/runtime/harness.h"

namespace streamworker {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// A member with one task, which the test moves, and a log whose end it says.
struct Fixture {
  Fixture() {
    task.stage = "data";
    task.at = {"data", 3};
    task.state = "running";
    task.position = 10;
    task.written = 10;
  }
  // A member that publishes, and a look, each second.
  void pass(Duration time) {
    for (Duration passed{}; passed < time; passed += seconds(1)) {
      clock.advance(seconds(1));
      if (publishes) published = clock.steady();
      look();
    }
  }
  void look() {
    MemberStatus member;
    member.joined = true;
    member.published = published;
    if (assigned) member.tasks.push_back(task);
    dog.look({{"app-0", member}}, log_away);
  }
  bool stalled() const { return !dog.reasons().empty(); }

  ManualClock clock{WallTime(std::chrono::hours(24 * 365 * 50))};
  TaskStatus task;
  Result<Offset> end = Offset(10);
  int asked = 0;
  bool publishes = true;
  bool assigned = true;
  bool log_away = false;
  Duration published = clock.steady();
  Watchdog dog{{}, clock, [this](const TopicPartition&) {
                 ++asked;
                 return end;
               }};
};

TEST_CASE("a task with nothing to take is no stall, for hours") {
  Fixture f;
  f.pass(std::chrono::hours(3));
  CHECK_FALSE(f.stalled());
  CHECK(f.dog.verdict().empty());
  CHECK(f.asked <= 2 * 3 * 60 + 1);  // each 30 s
}

TEST_CASE(
    "a task that does not take what is there is said after stall, and ends the process after "
    "exit") {
  Fixture f;
  f.pass(minutes(1));
  f.end = Offset(12);
  f.pass(minutes(5) - seconds(1));
  CHECK_FALSE(f.stalled());
  f.pass(seconds(32));  // it may be 30 s before the end is asked
  REQUIRE(f.stalled());
  const Reason& reason = f.dog.reasons().front();
  CHECK(reason.what == "stalled");
  CHECK(reason.details.at("topic") == "data");
  CHECK(reason.details.at("partition") == "3");
  CHECK(reason.details.at("position") == "10");
  CHECK(reason.details.at("end") == "12");
  CHECK(f.dog.verdict().empty());
  f.pass(minutes(10));
  CHECK(f.dog.verdict().find("data data[3] has made no progress for 15 min") == 0);
  f.task.position = f.task.written.emplace(12);
  f.pass(seconds(1));
  CHECK_FALSE(f.stalled());
  CHECK(f.dog.verdict().empty());
}

TEST_CASE("a task that takes and never writes is a stall") {
  Fixture f;
  f.end = f.task.position = 12;
  f.pass(minutes(5) + seconds(1));
  REQUIRE(f.stalled());
  CHECK(f.dog.reasons().front().details.at("written") == "10");
}

TEST_CASE("slow progress is progress") {
  Fixture f;
  f.end = Offset(1000);
  for (int i = 0; i < 10; ++i) {
    f.pass(minutes(4));
    CHECK_FALSE(f.stalled());
    f.task.written = ++f.task.position;
  }
}

TEST_CASE("a task that starts again and again and gets nowhere is a stall") {
  Fixture f;
  f.end = Offset(12);
  for (int i = 0; i < 40; ++i) {
    f.task.state = "starting";
    f.task.position = 0;
    f.task.written.reset();
    f.pass(seconds(5));
    f.task.state = "running";
    f.task.position = 12;  // taken, and the commit fails
    f.task.written = 10;
    f.pass(seconds(5));
  }
  CHECK(f.stalled());
}

TEST_CASE("a task that never starts is a stall") {
  Fixture f;
  f.task.state = "starting";
  f.pass(minutes(5) + seconds(1));
  CHECK(f.stalled());
}

TEST_CASE("a named wait is no stall, and the count begins anew behind it") {
  Fixture f;
  f.end = Offset(12);
  f.pass(minutes(4));
  f.task.waits = true;
  f.pass(std::chrono::hours(1));
  CHECK_FALSE(f.stalled());
  f.task.waits = false;
  f.pass(minutes(5) - seconds(1));
  CHECK_FALSE(f.stalled());
  f.pass(seconds(1));
  CHECK(f.stalled());
}

TEST_CASE("while no server answers nothing is a stall") {
  Fixture f;
  f.end = Offset(12);
  f.publishes = false;
  f.pass(minutes(4));
  f.log_away = true;
  f.pass(std::chrono::hours(1));
  CHECK_FALSE(f.stalled());
  f.log_away = false;
  f.pass(minutes(4));
  CHECK_FALSE(f.stalled());
  f.pass(minutes(2));
  CHECK(f.stalled());
}

TEST_CASE("an end that cannot be asked is no stall") {
  Fixture f;
  f.end = retry("no leader");
  f.pass(std::chrono::hours(1));
  CHECK_FALSE(f.stalled());
}

TEST_CASE("a thread that publishes nothing is a stall") {
  Fixture f;
  f.assigned = false;
  f.publishes = false;
  f.pass(minutes(5));
  CHECK_FALSE(f.stalled());
  f.pass(seconds(5));
  REQUIRE(f.stalled());
  CHECK(f.dog.reasons().front().details.at("member") == "app-0");
  f.pass(minutes(10));
  CHECK(f.dog.verdict().find("thread app-0 hangs") == 0);
}

TEST_CASE("a process that was suspended has not stalled") {
  Fixture f;
  f.end = Offset(12);
  f.pass(seconds(40));
  f.clock.advance(std::chrono::hours(5));
  f.look();
  CHECK_FALSE(f.stalled());
  f.publishes = true;
  f.pass(minutes(4));
  CHECK_FALSE(f.stalled());
}

TEST_CASE("a partition that was given away takes its count with it") {
  Fixture f;
  f.end = Offset(12);
  f.pass(minutes(4));
  f.assigned = false;
  f.pass(seconds(1));
  f.assigned = true;
  f.pass(minutes(4));
  CHECK_FALSE(f.stalled());
}

// With a real member, whose sink or log is what the test makes of it.

const std::string kStore = R"(
watchdog: {stall: 60s, exit: 120s}
streams:
  data:
    partitions: 1
    schema: {id: string, n: int}
pipelines:
  store:
    from: data
    batch: {size: 15, window: 1h}
    sink: {database: db, table: T, upsert: [id], create: true}
)";

// The member's turns, and a look, each second.
void pass(Harness& worker, Watchdog& dog, Duration time) {
  for (Duration passed{}; passed < time; passed += seconds(1)) {
    worker.advance(seconds(1));
    dog.look(worker.board().members(), false);
  }
}

Watchdog watching(Harness& worker) {
  return {{minutes(1), minutes(2)}, worker.clock, [&](const TopicPartition& of) {
            return worker.log->stable_end(of);
          }};
}

TEST_CASE("a batch within its window is no stall") {
  Harness worker(kStore);
  worker.settle();
  Watchdog dog = watching(worker);
  worker.produce("data", 0, "", R"({"id":"a","n":1})");
  pass(worker, dog, minutes(5));
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"0"});
  CHECK(dog.reasons().empty());
  pass(worker, dog, minutes(56));
  CHECK(worker.rows("SELECT count(*) FROM T") == std::vector<std::string>{"1"});
  pass(worker, dog, minutes(3));
  CHECK(dog.reasons().empty());
}

TEST_CASE("a member that is told to take nothing is no stall, and takes nothing") {
  Harness worker(kStore);
  worker.settle();
  Watchdog dog = watching(worker);
  worker.hold = true;
  worker.produce("data", 0, "", R"({"id":"a","n":1})");
  pass(worker, dog, minutes(5));
  CHECK(dog.reasons().empty());
  CHECK(worker.counter("records_consumed_total", {{"stream", "data"}}) == 0);
  worker.hold = false;
  worker.settle();
  CHECK(worker.counter("records_consumed_total", {{"stream", "data"}}) == 1);
}

TEST_CASE("a member whose thread does not run is a stall") {
  Harness worker(kStore);
  worker.settle();
  Watchdog dog = watching(worker);
  pass(worker, dog, minutes(2));
  CHECK(dog.reasons().empty());
  worker.produce("data", 0, "", R"({"id":"x","n":1})");
  for (int i = 0; i < 70; ++i) {
    worker.clock.advance(seconds(1));
    dog.look(worker.board().members(), false);
  }
  CHECK(dog.reasons().size() == 2);  // the thread and its task
  pass(worker, dog, seconds(1));
  CHECK(dog.reasons().empty());
}

TEST_CASE("questions that are slow are asked one a look, in turn") {
  ManualClock clock{WallTime(std::chrono::hours(24 * 365 * 50))};
  std::vector<int32_t> asked;
  Watchdog dog({seconds(5), minutes(1)}, clock, [&](const TopicPartition& of) -> Result<Offset> {
    asked.push_back(of.partition);
    clock.advance(seconds(1));
    return retry("timed out");
  });
  MemberStatus member;
  member.joined = true;
  for (int32_t i = 0; i < 3; ++i) {
    TaskStatus task;
    task.at = {"data", i};
    task.state = "running";
    member.tasks.push_back(task);
  }
  for (int i = 0; i < 7; ++i) {  // the first one sees where they are
    member.published = clock.steady();
    dog.look({{"app-0", member}}, false);
  }
  CHECK(asked == std::vector<int32_t>{0, 1, 2, 0, 1, 2});
}

}  // namespace
}  // namespace streamworker
