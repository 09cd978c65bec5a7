// What a timer tells: its status, its metrics, its lines in the log.
#include <utility>

#include "base/human.h"
#include "base/log.h"
#include "runtime/timer_runner.h"

namespace streamworker {
namespace {

// Timers that run more often than this are logged at debug.
constexpr Duration kWorthALine = std::chrono::seconds(10);

double in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

TimerStatus TimerRunner::status() const {
  const std::lock_guard lock(mutex_);
  TimerStatus out = status_;
  const config::Timer& timer = incoming_ ? *incoming_ : timer_;
  out.schedule = Schedule(timer).text();
  out.database = timer.database.value;
  out.every_worker = timer.every_worker;
  out.enabled = timer.enabled;
  if (!timer.enabled) out.next.reset();
  return out;
}

void TimerRunner::tell_done(WallTime scheduled_at) {
  told_.clear();
  runs_ok_.add();
  seconds_.observe(took_);
  last_success_.set(in_seconds(clock_.wall().time_since_epoch()));
  const std::string line =
      fmt::format("timer {} of {} done in {}", timer_.name, format_time(scheduled_at),
                  format_elapsed(Duration(static_cast<int64_t>(took_ * 1e6))));
  if (schedule_.period() < kWorthALine)
    log::debug("runtime", "{}", line);
  else
    log::info("runtime", "{}", line);
}

// Once for each error: what does not change is not worth a line.
void TimerRunner::tell_failed(WallTime scheduled_at, const Error& error, WallTime retry_at) {
  runs_failed_.add();
  if (error.message == std::exchange(told_, error.message)) return;
  const std::string line =
      fmt::format("timer {} of {} failed: {}; tried again, next at {}", timer_.name,
                  format_time(scheduled_at), error.message, format_time(retry_at));
  if (error.remedy == Remedy::Retry)
    log::warn("runtime", "{}", line);
  else
    log::error("runtime", "{}", line);
}

void TimerRunner::show(const TimerRow& row) {
  constexpr std::string_view prefix = "error: ";
  TimerRunStatus run{row.scheduled_at, row.finished_at, row.seconds, row.result, "", row.owner};
  if (row.result.starts_with(prefix)) {
    run.error = row.result.substr(prefix.size());
    run.result = "error";
  } else if (!row.finished_at) {
    run.result = "running";
  }
  if (row.finished_at && row.result == "ok")
    last_success_.set(in_seconds(row.finished_at->time_since_epoch()));
  change_status([&](TimerStatus& status) {
    // A new row stands for no run.
    if (run.result.empty())
      status.last.reset();
    else
      status.last = run;
  });
  own_.last_run = row.last_run;
}

void TimerRunner::show_own(WallTime scheduled_at, const std::string& error) {
  TimerRunStatus run{scheduled_at, clock_.wall(), took_, error.empty() ? "ok" : "error",
                     error,        place_.owner};
  if (!error.empty()) {
    run.finished_at.reset();
    run.seconds.reset();
  }
  change_status([&](TimerStatus& status) { status.last = run; });
}

}  // namespace streamworker
