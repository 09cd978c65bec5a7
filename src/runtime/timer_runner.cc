#include "runtime/timer_runner.h"

#include <algorithm>
#include <utility>

#include "base/human.h"
#include "base/log.h"

namespace streamworker {
namespace {

using sink::Dialect;
using sink::SqlParameters;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kFirstRetry = milliseconds(250);
constexpr Duration kLongestRetry = std::chrono::minutes(1);
constexpr int64_t kDoublings = 8;  // until the longest
// A connection that is not needed for longer is closed; the server would end it anyway.
constexpr Duration kIdle = seconds(10);

Duration back_off(int64_t failures, Remedy remedy) {
  if (remedy != Remedy::Retry) return kLongestRetry;
  const int64_t doublings = std::clamp<int64_t>(failures - 1, 0, kDoublings);
  return std::min<Duration>(kFirstRetry * (int64_t{1} << doublings), kLongestRetry);
}

double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::vector<double> duration_bounds() { return {0.001, 0.01, 0.1, 1, 10, 60, 600, 3600}; }

}  // namespace

TimerRunner::TimerRunner(config::Timer timer, const TimerPlace& place,
                         std::unique_ptr<sink::Session> session, const Clock& clock,
                         Metrics& metrics)
    : timer_(std::move(timer)),
      schedule_(timer_),
      place_(place),
      lock_("streamworker." + place.app + "." + timer_.name),
      session_(std::move(session)),
      clock_(clock),
      runs_ok_(metrics.counter("timer_runs_total", "runs of a timer by this worker",
                               {{"timer", timer_.name}, {"result", "ok"}})),
      runs_failed_(metrics.counter("timer_runs_total", "runs of a timer by this worker",
                                   {{"timer", timer_.name}, {"result", "error"}})),
      last_success_(metrics.gauge("timer_last_success_timestamp_seconds",
                                  "when a run of the timer last succeeded in the group, as far as "
                                  "this worker knows",
                                  {{"timer", timer_.name}})),
      seconds_(metrics.histogram("timer_seconds", "how long the runs of a timer took",
                                 {{"timer", timer_.name}}, duration_bounds())),
      table_(*session_, place.app, timer_.name, place.owner) {
  status_.name = timer_.name;
}

void TimerRunner::update(config::Timer timer) {
  const std::lock_guard lock(mutex_);
  incoming_ = std::move(timer);
}

void TimerRunner::interrupt() {
  interrupted_ = true;
  session_->interrupt();
}

void TimerRunner::adopt() {
  const WallTime now = clock_.wall();
  const std::lock_guard lock(mutex_);
  if (incoming_) {
    const std::string before = schedule_.text();
    const bool was_enabled = timer_.enabled;
    timer_ = std::move(*incoming_);
    incoming_.reset();
    schedule_ = Schedule(timer_);
    const bool anew = schedule_.text() != before || (timer_.enabled && !was_enabled);
    if (stepped_ && anew) floor_ = now;
  }
  if (stepped_) return;
  stepped_ = true;
  started_ = now;
  own_.scheduled_at = schedule_.latest(now);
}

WallTime TimerRunner::step() {
  adopt();
  const WallTime now = clock_.wall();
  WallTime next = WallTime::max();
  if (asked_.exchange(false)) {
    auto asked = run_asked(now);
    next = asked ? *asked : now;
  } else if (timer_.enabled) {
    if (now < not_before_) return not_before_;
    auto stepped = timer_.every_worker ? step_own(now) : step_leader(now);
    if (stepped) troubles_ = 0;
    next = stepped ? *stepped : trouble(stepped.error(), now);
  }
  if (next > clock_.wall() + kIdle) session_->disconnect();
  change_status([&](TimerStatus& status) {
    status.next = next;
    if (troubles_ == 0) status.error.clear();
  });
  return next;
}

// Which moment of the schedule is the next one to run; it may lie ahead.
WallTime TimerRunner::due_after(WallTime previous, WallTime now) const {
  std::optional<WallTime> floor = floor_;
  if (timer_.catch_up == config::CatchUp::None)
    floor = std::max(started_, floor.value_or(started_));
  const WallTime first = schedule_.next(floor ? std::max(previous, *floor) : previous);
  if (timer_.catch_up == config::CatchUp::All || first > now) return first;
  return schedule_.latest(now);
}

// How long to wait for somebody who runs it.
Duration TimerRunner::patience() const {
  return std::clamp<Duration>(schedule_.period() / 4, milliseconds(20), seconds(1));
}

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
  if (!*ours) return now;
  auto parameters = parameters_of(*row);
  if (!parameters) return run_failed(*row, parameters.error());
  if (row->parameters.empty()) {
    auto kept = table_.keep_parameters(row->scheduled_at, to_json(*parameters));
    if (!kept) return kept.error();
    auto still = keep(row->scheduled_at);
    if (!still) return still.error();
    if (!*still) return now;
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
    if (!claimed || !*claimed) return claimed;
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

Result<SqlParameters> TimerRunner::parameters_of(const TimerRow& row) {
  if (!row.parameters.empty()) return from_json(row.parameters);
  return evaluate(timer_.params, {row.scheduled_at, clock_.wall(), row.last_run}, *session_);
}

// The statements, and with `finishes` the row of that run: all of it or nothing.
Result<void> TimerRunner::transact(const SqlParameters& parameters, const WallTime* finishes) {
  const Duration started = clock_.steady();
  if (!session_->in_transaction())
    if (auto done = session_->begin(); !done) return done;
  for (const config::Text& statement : timer_.sql) {
    if (interrupted_) return retry("the worker stops");
    if (auto done = session_->run(statement.value, parameters); !done)
      return context(done.error(), "statement " + statement.path);
  }
  took_ = in_seconds(clock_.steady() - started);
  if (finishes != nullptr)
    if (auto done = table_.finish(*finishes, clock_.wall(), took_); !done) return done;
  // A statement of the timer's may have ended the transaction.
  if (session_->in_transaction())
    if (auto done = session_->commit(); !done) return context(done.error(), "COMMIT");
  seconds_.observe(took_);
  return {};
}

Result<void> TimerRunner::give_back() {
  if (session_->in_transaction())
    if (auto done = session_->rollback(); !done) return done;
  return session_->unlock(lock_);
}

Result<WallTime> TimerRunner::run_failed(const TimerRow& row, const Error& error) {
  if (session_->in_transaction())
    if (auto done = session_->rollback(); !done) session_->disconnect();
  if (interrupted_) return error;
  const WallTime retry_at = clock_.wall() + back_off(row.failures + 1, error.remedy);
  tell_failed(row.scheduled_at, error, retry_at);
  if (auto noted = table_.fail(row.scheduled_at, error.message, retry_at); !noted)
    return noted.error();
  if (auto after = table_.read()) show(*after);
  return retry_at;
}

Result<WallTime> TimerRunner::step_own(WallTime now) {
  if (own_.done) {
    const WallTime due = due_after(own_.scheduled_at, now);
    if (due > now) return due;
    own_ = {.scheduled_at = due, .done = false, .last_run = own_.last_run};
  }
  if (own_.retry_at && now < *own_.retry_at) return *own_.retry_at;
  Result<void> ran;
  if (!own_.parameters) {
    auto made = evaluate(timer_.params, {own_.scheduled_at, now, own_.last_run}, *session_);
    if (made)
      own_.parameters = std::move(*made);
    else
      ran = made.error();
  }
  if (ran) ran = transact(*own_.parameters, nullptr);
  if (!ran) {
    if (auto done = give_back(); !done) session_->disconnect();
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

// Beside the schedule: once, without the table.
Result<WallTime> TimerRunner::run_asked(WallTime now) {
  auto locked = timer_.every_worker ? Result<bool>(true) : session_->lock(lock_);
  if (locked && !*locked) {
    asked_ = true;
    return now + patience();
  }
  Result<void> ran;
  if (!locked) ran = locked.error();
  auto made = ran ? evaluate(timer_.params, {now, now, own_.last_run}, *session_)
                  : Result<SqlParameters>(ran.error());
  if (made)
    ran = transact(*made, nullptr);
  else
    ran = made.error();
  if (auto done = give_back(); !done) session_->disconnect();
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

// The database could not even be asked.
WallTime TimerRunner::trouble(const Error& error, WallTime now) {
  if (auto done = give_back(); !done) session_->disconnect();
  not_before_ = now + back_off(++troubles_, error.remedy);
  change_status([&](TimerStatus& status) { status.error = error.message; });
  if (error.message != std::exchange(told_, error.message) && !interrupted_)
    log::warn("runtime", "timer {}: {} ({}); tried again until it works", timer_.name,
              timer_.database.value, error.message);
  return not_before_;
}

}  // namespace streamworker
