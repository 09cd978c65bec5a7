// What may go wrong around a run: answers that are lost, rows changed by hand, a stop.
#include "unit/runtime/timer_world.h"

namespace streamworker {
namespace {

using std::chrono::minutes;

// Its COMMIT of a run fails once: with its answer, or as a whole; and the database may be away for
// some statements after that.
class Losing final : public sink::Session {
 public:
  Losing(std::unique_ptr<sink::Session> inner, bool only_answer, int away)
      : inner_(std::move(inner)), only_answer_(only_answer), away_(away) {}

  Result<std::vector<sink::SqlResult>> run_each(std::string_view statement,
                                                const sink::SqlParameters* parameters) override {
    if (lost_ && away_ > 0) {
      --away_;
      return retry("away");
    }
    if (statement.find("finished_at = :now") != std::string_view::npos) finishes_ = true;
    return inner_->run_each(statement, parameters);
  }
  Result<void> drain(std::string_view statement, const sink::SqlParameters& parameters) override {
    return inner_->drain(statement, parameters);
  }
  Result<void> commit() override {
    if (!finishes_ || lost_) return inner_->commit();
    lost_ = true;
    if (auto done = only_answer_ ? inner_->commit() : inner_->rollback(); !done) return done;
    return retry("the answer is lost");
  }
  Result<void> begin() override { return inner_->begin(); }
  Result<void> rollback() override { return inner_->rollback(); }
  bool in_transaction() const override { return inner_->in_transaction(); }
  Result<bool> lock(const std::string& name) override { return inner_->lock(name); }
  Result<void> unlock(const std::string& name) override { return inner_->unlock(name); }
  sink::Dialect dialect() const override { return inner_->dialect(); }
  void disconnect() override { inner_->disconnect(); }
  void interrupt() override { inner_->interrupt(); }

 private:
  std::unique_ptr<sink::Session> inner_;
  const bool only_answer_;
  int away_;
  bool finishes_ = false;
  bool lost_ = false;
};

TEST_CASE("a COMMIT whose answer is lost is told as what it was") {
  const bool only_answer = GENERATE(true, false);
  const int away = GENERATE(0, 3);
  CAPTURE(only_answer, away);
  World world;
  TimerRunner runner(hourly(), {"app", "me"},
                     std::make_unique<Losing>(world.session(), only_answer, away), world.clock,
                     world.metrics);
  world.settle(runner);
  world.go(runner, minutes(41));
  world.go(runner, minutes(1));
  world.go(runner, minutes(1));
  CHECK(world.log() == "14:00:00;");
  CHECK(world.runs("ok") == 1);
  CHECK(world.runs("error") == (only_answer ? 0 : 1));
  REQUIRE(runner.status().last);
  CHECK(runner.status().last->result == "ok");
  CHECK(runner.status().error.empty());
}

TEST_CASE("a row that was changed by hand is told, and waited for") {
  World world;
  const auto runner = world.runner(hourly());
  world.settle(*runner);
  world.clock.advance(minutes(41));
  // SQLite would compare these as texts.
  world.sql("UPDATE streamworker_timers SET scheduled_at = '2026-11-25T13:00:00Z'");
  CHECK(runner->step() > world.clock.wall());
  CHECK(runner->status().error.find("changed by hand") != std::string::npos);
  world.sql("UPDATE streamworker_timers SET scheduled_at = 'noon'");
  world.go(*runner, minutes(1));
  CHECK(runner->status().error ==
        "the column scheduled_at of streamworker_timers holds no time: \"noon\"");
  world.sql(
      "UPDATE streamworker_timers SET scheduled_at = '2026-11-25 13:00:00.000', retry_at = 'soon'");
  world.go(*runner, minutes(1));
  CHECK(runner->status().error.find("retry_at") != std::string::npos);
  world.sql("UPDATE streamworker_timers SET retry_at = NULL");
  world.go(*runner, minutes(1));
  CHECK(world.log() == "14:00:00;");
  CHECK(runner->status().error.empty());
}

TEST_CASE("a run that is interrupted at a stop has not failed") {
  World world;
  config::Timer timer = hourly();
  timer.every_worker = GENERATE(true, false);
  const auto runner = world.runner(timer);
  world.settle(*runner);
  world.clock.advance(minutes(41));
  runner->interrupt();
  runner->step();
  CHECK_FALSE(runner->status().last.value_or(TimerRunStatus{}).result == "error");
  runner->run_now();
  runner->step();
  CHECK_FALSE(runner->status().asked);
  CHECK(world.runs("error") == 0);
  CHECK(world.log().empty());
}

}  // namespace
}  // namespace streamworker
