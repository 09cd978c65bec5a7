#include "runtime/lag.h"

#include <algorithm>

namespace streamworker {

void set_lag(Metrics& metrics, WallTime now, const std::vector<TaskStatus>& tasks) {
  std::map<std::string, double> seconds_behind;
  for (const TaskStatus& task : tasks) {
    if (!task.end) continue;
    const Offset records = std::max<Offset>(*task.end - task.position, 0);
    metrics
        .gauge("lag_records", "records of the partition that were not taken yet",
               {{"stream", task.stage}, {"partition", std::to_string(task.at.partition)}})
        .set(static_cast<double>(records));
    double& behind = seconds_behind[task.stage];
    if (records > 0 && task.event_time)
      behind = std::max(behind, std::chrono::duration<double>(now - *task.event_time).count());
  }
  for (const auto& [stream, behind] : seconds_behind)
    metrics
        .gauge("lag_seconds", "age of the last record taken, 0 when none is left",
               {{"stream", stream}})
        .set(behind);
}

}  // namespace streamworker
