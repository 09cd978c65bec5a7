// When a timer runs: each `every`, counted from the epoch, so that all workers mean the same
// moments, or as its cron says. Immutable: any thread.
#pragma once

#include <optional>
#include <string>

#include "config/spec.h"
#include "record/cron.h"

namespace streamworker {

class Schedule {
 public:
  // REQUIRES: what config checks: either `every` or `cron`, a known timezone.
  explicit Schedule(const config::Timer& timer);

  // The first moment after `after`, the last one not after `until`.
  WallTime next(WallTime after) const;
  WallTime latest(WallTime until) const;
  // For people: "every 1 h", "cron 0 * * * * (Europe/Berlin)".
  const std::string& text() const { return text_; }
  // Of `every`; a cron's moments are a minute apart at least.
  Duration period() const { return every_; }

 private:
  Duration every_ = std::chrono::minutes(1);
  std::optional<Cron> cron_;
  std::string text_;
};

}  // namespace streamworker
