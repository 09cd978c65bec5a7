// The lag of what is read, as metrics.
#pragma once

#include <vector>

#include "base/metrics.h"
#include "runtime/status.h"

namespace streamworker {

// Sets lag_records of each partition and lag_seconds of each stream, as far as the ends are known.
void set_lag(Metrics& metrics, WallTime now, const std::vector<TaskStatus>& tasks);

}  // namespace streamworker
