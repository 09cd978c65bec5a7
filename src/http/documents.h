// What the worker says of itself, as JSON: snake_case, times as RFC 3339, durations in seconds.
// What was handed to log::hide is not in it.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "runtime/status.h"
#include "runtime/timer_status.h"

namespace streamworker::http {

// {"ready": false, "reasons": [{"what": "database away", "database": "shop", "since": …}]}
std::string ready_document(const std::vector<Reason>& reasons);

// {"pipelines": [{"name", "from": […], "to": […], "paused", "records", "records_per_second"}]}
std::string pipelines_document(const std::vector<PipelineStatus>& pipelines);

// {"database", "poll_seconds", "read_at", "problem", "settings": [{"name", "value", "default",
// "origin", "updated_at", "updated_by", "refused": {"value", "reason"}}]}. What is not there is
// null.
std::string settings_document(const SettingsStatus& settings);

// {"members": [{"member", "state", "tasks": [{"stage", "topic", "partition", "state", "position",
// "committed", "end", "lag_records", "lag_seconds", "event_time", "paused": […]}]}]}. What is not
// known is null. lag_seconds is the age of the last record taken, 0 when nothing is left to take.
std::string assignment_document(const std::map<std::string, MemberStatus>& members, WallTime now);

// {"timers": [{"name", "schedule", "database", "on", "enabled", "next", "last_run":
// {"scheduled_at", "finished_at", "seconds", "result", "error", "who"}, "asked_run": {…},
// "error"}]}. `last_run` is the group's, `asked_run` the last that was asked for here; null: there
// was none.
std::string timers_document(const std::vector<TimerStatus>& timers);

}  // namespace streamworker::http
