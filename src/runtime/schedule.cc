#include "runtime/schedule.h"

#include "base/format.h"
#include "base/human.h"

namespace streamworker {

Schedule::Schedule(const config::Timer& timer) {
  if (timer.every) {
    every_ = *timer.every;
    text_ = "every " + format_duration(every_);
  } else {
    cron_.emplace(timer.cron, timer.timezone);
    text_ = fmt::format("cron {} ({})", timer.cron, timer.timezone);
  }
}

WallTime Schedule::next(WallTime after) const {
  return cron_ ? cron_->next(after) : latest(after) + every_;
}

WallTime Schedule::latest(WallTime until) const {
  if (cron_) return cron_->latest(until);
  const int64_t micros = until.time_since_epoch().count();
  const int64_t beyond = (micros % every_.count() + every_.count()) % every_.count();
  return until - Duration(beyond);
}

}  // namespace streamworker
