// Moments of the calendar: minute, hour, day of month, month, day of week, as crontab has them, in
// a timezone.
//
// A field is `*`, a number, a range `9-17`, any of them with a step `*/5`, or a list of these;
// months and days also by name (JAN, MON), Sunday is 0 or 7. When both days are restricted, either
// is enough. Clocks that are set forward: a time that they jump over comes at the jump. Clocks that
// are set back: a time that they show twice comes at the first. Where the hour begins with `*`,
// what they jump over is left out and what they show twice comes twice, since that is how often an
// hour passed.
//
// Immutable: any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace date {
class time_zone;
}

namespace streamworker {

class Cron {
 public:
  // `zone`: a name of the tz database; empty: UTC. Throws std::invalid_argument: what is wrong, in
  // words; also when no such moment ever comes (the 31st of February).
  explicit Cron(std::string_view fields, std::string_view zone = {});

  // The first moment after `after`.
  WallTime next(WallTime after) const;
  // The last moment that is not after `until`.
  WallTime latest(WallTime until) const;

 private:
  bool comes_on(int64_t day) const;
  std::vector<WallTime> moments_of(int64_t day) const;
  void add_moments(int64_t local_seconds, std::vector<WallTime>& out) const;

  uint64_t minutes_ = 0;  // a bit for each value
  uint64_t hours_ = 0;
  uint64_t days_ = 0;
  uint64_t months_ = 0;
  uint64_t weekdays_ = 0;
  bool every_hour_ = false;                // the hour's field begins with *
  bool either_day_ = false;                // both days are restricted
  const date::time_zone* zone_ = nullptr;  // null: UTC
};

}  // namespace streamworker
