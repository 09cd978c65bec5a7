// What /timers says of one timer.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace streamworker {

struct TimerRunStatus {
  WallTime scheduled_at;
  std::optional<WallTime> finished_at;
  std::optional<double> seconds;
  std::string result;  // "ok", "error", "running"
  std::string error;   // of a run that failed
  std::string who;     // the worker
};

struct TimerStatus {
  std::string name;
  std::string schedule;  // "every 1 h"
  std::string database;
  bool every_worker = false;
  bool enabled = true;
  std::optional<WallTime> next;         // when it is looked at again: its next run, or a retry
  std::optional<TimerRunStatus> last;   // in the whole group
  std::optional<TimerRunStatus> asked;  // the last that was asked for here
  std::string error;                    // why it cannot run at all: its database is away
};

}  // namespace streamworker
