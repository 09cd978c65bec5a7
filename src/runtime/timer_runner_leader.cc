// Runs of a timer that is run once in the group: by its row in streamworker_timers.
#include <utility>

#include "runtime/timer_runner.h"

namespace streamworker {

using sink::Dialect;
using sink::SqlParameters;

std::optional<WallTime> TimerRunner::not_yet(const TimerRow& row, WallTime now) const {
  const auto later = [&](WallTime at) { return at > now ? std::optional(at) : std::nullopt; };
  if (row.finished_at) return later(due_after(row.scheduled_at, now));
  return later(row.retry_at.value_or(now));
}

Result<WallTime> TimerRunner::step_leader(WallTime now) {
  if (!prepared_)
    if (auto done = table_.prepare(schedule_.latest(now)); !done) return done.error();
  prepared_ = true;
  auto row = table_.read();
  if (!row) {
    prepared_ = false;
    return row.error();
  }
  show(*row);
  settle(*row, now);
  if (const auto later = not_yet(*row, now)) return *later;
  auto locked = session_->lock(lock_);
  if (!locked) return locked.error();
  if (!*locked) return now + patience();
  auto next = run_locked(now);
  if (auto done = give_back(); !done && next) return done.error();
  return next;
}

// REQUIRES: the lock is held; so what the row says stays true.
Result<WallTime> TimerRunner::run_locked(WallTime now) {
  auto row = table_.read();
  if (!row) return row.error();
  if (const auto later = not_yet(*row, now)) return *later;
  auto ours = claim(*row, now);
  if (!ours) return ours.error();
  if (!*ours) return now + patience();
  auto parameters = parameters_of(*row);
  if (!parameters) return run_failed(*row, parameters.error());
  if (const std::string json = to_json(*parameters); json != row->parameters) {
    auto kept = table_.keep_parameters(row->scheduled_at, json);
    if (!kept) return kept.error();
    auto still = keep(row->scheduled_at);
    if (!still) return still.error();
    if (!*still) return now + patience();
  }
  if (auto ran = transact(*parameters, &row->scheduled_at); !ran)
    return run_failed(*row, ran.error());
  tell_done(row->scheduled_at);
  if (auto after = table_.read()) show(*after);
  return now;
}

// The next run, or the one that nobody finished. False: somebody was faster.
Result<bool> TimerRunner::claim(TimerRow& row, WallTime now) {
  if (row.finished_at) {
    const WallTime due = due_after(row.scheduled_at, now);
    auto claimed = table_.claim(row.scheduled_at, due);
    if (!claimed) return claimed;
    // Nobody but the lock's holder moves the row; SQLite compares texts.
    if (!*claimed)
      return retry("the row in streamworker_timers was changed by hand: scheduled_at is not \"" +
                   sink::moment_text(session_->dialect(), row.scheduled_at) + "\"");
    row = {.scheduled_at = due, .owner = place_.owner, .last_run = row.last_run};
  } else if (auto done = table_.take_over(row.scheduled_at); !done) {
    return done.error();
  }
  row.owner = place_.owner;
  show(row);
  return keep(row.scheduled_at);
}

// What was written so far stands, whatever comes. On SQLite that costs the lock: false when another
// worker had it in between and did the run.
Result<bool> TimerRunner::keep(WallTime scheduled_at) {
  if (session_->dialect() != Dialect::Sqlite) return true;
  if (auto done = session_->commit(); !done) return done.error();
  auto locked = session_->lock(lock_);
  if (!locked || !*locked) return locked;
  auto row = table_.read();
  if (!row) return row.error();
  return row->scheduled_at == scheduled_at && !row->finished_at && row->owner == place_.owner;
}

// A run whose worker died: exactly those that it had. One that failed: what a person may have
// corrected since is taken from the timer as it is now, or a bad constant would fail for ever.
Result<SqlParameters> TimerRunner::parameters_of(const TimerRow& row) {
  SqlParameters kept;
  if (!row.parameters.empty()) {
    auto read = from_json(row.parameters);
    if (!read || row.failures == 0) return read;
    kept = std::move(*read);
  }
  return evaluate(timer_.params, {row.scheduled_at, clock_.wall(), row.last_run}, *session_, kept);
}

Result<WallTime> TimerRunner::run_failed(const TimerRow& row, const Error& error) {
  if (session_->in_transaction())
    if (auto done = session_->rollback(); !done) session_->disconnect();
  if (interrupted_) return error;
  const WallTime retry_at = clock_.wall() + back_off(row.failures + 1, error.remedy);
  auto noted = table_.fail(row.scheduled_at, error.message, retry_at);
  if (!noted) doubt_ = {{row.scheduled_at, error}};
  auto after = table_.read();
  if (after) show(*after);
  if (noted) {
    tell_failed(row.scheduled_at, error, retry_at);
    return retry_at;
  }
  if (!after) return noted.error();
  settle(*after, clock_.wall());
  return after->finished_at ? Result<WallTime>(clock_.wall()) : noted.error();
}

// A run whose failure could not be written down: the answer to its COMMIT may have been lost.
void TimerRunner::settle(const TimerRow& row, WallTime now) {
  const auto doubt = std::exchange(doubt_, std::nullopt);
  if (!doubt || row.scheduled_at != doubt->scheduled_at) return;
  if (row.finished_at && row.owner == place_.owner)
    tell_done(row.scheduled_at);
  else
    tell_failed(row.scheduled_at, doubt->error, now);
}

}  // namespace streamworker
