// Runs that no other worker needs to know of: of a timer on every worker, and those that are asked
// for.
#include <utility>

#include "base/log.h"
#include "runtime/timer_runner.h"

namespace streamworker {

Result<WallTime> TimerRunner::step_own(WallTime now) {
  if (own_.done) {
    const WallTime due = due_after(own_.scheduled_at, now);
    if (due > now) return due;
    own_ = {.scheduled_at = due, .done = false, .last_run = own_.last_run};
  }
  if (own_.retry_at && now < *own_.retry_at) return *own_.retry_at;
  auto made =
      evaluate(timer_.params, {own_.scheduled_at, now, own_.last_run}, *session_, own_.parameters);
  if (made) own_.parameters = *made;
  Result<void> ran = made ? transact(*made, nullptr) : made.error();
  if (!ran) {
    if (auto done = give_back(); !done) session_->disconnect();
    if (interrupted_) return now;
    own_.retry_at = clock_.wall() + back_off(++own_.failures, ran.error().remedy);
    tell_failed(own_.scheduled_at, ran.error(), *own_.retry_at);
    show_own(own_.scheduled_at, ran.error().message);
    return *own_.retry_at;
  }
  own_ = {.scheduled_at = own_.scheduled_at, .last_run = own_.scheduled_at};
  tell_done(own_.scheduled_at);
  show_own(own_.scheduled_at, "");
  return now;
}

// Beside the schedule: what is known of the runs before is read, nothing is written.
Result<void> TimerRunner::run_asked_locked(WallTime now) {
  if (!timer_.every_worker) {
    auto row = table_.find();
    // Without a table nobody ran it yet.
    if (!row && row.error().remedy == Remedy::Retry) return row.error();
    if (row && *row) own_.last_run = (*row)->last_run;
  }
  auto made = evaluate(timer_.params, {now, now, own_.last_run}, *session_);
  if (!made) return made.error();
  return transact(*made, nullptr);
}

// Once, without the table.
Result<WallTime> TimerRunner::run_asked(WallTime now) {
  auto locked = timer_.every_worker ? Result<bool>(true) : session_->lock(lock_);
  if (locked && !*locked) {
    asked_ = true;
    return now + patience();
  }
  const auto ran = locked ? run_asked_locked(now) : Result<void>(locked.error());
  if (auto done = give_back(); !done) session_->disconnect();
  if (!ran && interrupted_) return now;
  TimerRunStatus asked{now, clock_.wall(), took_, ran ? "ok" : "error", "", place_.owner};
  if (ran) {
    tell_done(now);
  } else {
    asked.seconds.reset();
    asked.error = ran.error().message;
    runs_failed_.add();
    log::error("runtime", "timer {}, asked for over HTTP: {}", timer_.name, ran.error().message);
  }
  change_status([&](TimerStatus& status) { status.asked = asked; });
  return now;
}

}  // namespace streamworker
