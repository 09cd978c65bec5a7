#include "runtime/timer_runner.h"

#include <algorithm>
#include <utility>

#include "base/human.h"
#include "base/log.h"

namespace streamworker {
namespace {

using sink::SqlParameters;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kFirstRetry = milliseconds(250);
constexpr Duration kLongestRetry = std::chrono::minutes(1);
constexpr int64_t kDoublings = 8;  // until the longest
// A connection that is not needed for longer is closed; the server would end it anyway.
constexpr Duration kIdle = seconds(10);

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

WallTime TimerRunner::step_scheduled(WallTime now) {
  auto stepped = timer_.every_worker ? step_own(now) : step_leader(now);
  if (!stepped) return trouble(stepped.error(), now);
  // The next outage is worth a line again, whatever the last one said.
  if (std::exchange(troubles_, 0) > 0) told_.clear();
  return *stepped;
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
    next = step_scheduled(now);
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

Duration TimerRunner::back_off(int64_t failures, Remedy remedy) {
  if (remedy != Remedy::Retry) return kLongestRetry;
  const int64_t doublings = std::clamp<int64_t>(failures - 1, 0, kDoublings);
  return std::min<Duration>(kFirstRetry * (int64_t{1} << doublings), kLongestRetry);
}

// How long to wait for somebody who runs it.
Duration TimerRunner::patience() const {
  return std::clamp<Duration>(schedule_.period() / 4, milliseconds(20), seconds(1));
}

// The statements, and with `finishes` the row of that run: all of it or nothing.
Result<void> TimerRunner::transact(const SqlParameters& parameters, const WallTime* finishes) {
  const Duration started = clock_.steady();
  if (!session_->in_transaction())
    if (auto done = session_->begin(); !done) return done;
  for (const config::Text& statement : timer_.sql) {
    if (interrupted_) return retry("the worker stops");
    if (auto done = session_->drain(statement.value, parameters); !done)
      return context(done.error(), "statement " + statement.path);
  }
  took_ = in_seconds(clock_.steady() - started);
  if (finishes != nullptr)
    if (auto done = table_.finish(*finishes, clock_.wall(), took_); !done) return done;
  // A statement of the timer's may have ended the transaction.
  if (session_->in_transaction())
    if (auto done = session_->commit(); !done) return context(done.error(), "COMMIT");
  return {};
}

Result<void> TimerRunner::give_back() {
  if (session_->in_transaction())
    if (auto done = session_->rollback(); !done) return done;
  return session_->unlock(lock_);
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
