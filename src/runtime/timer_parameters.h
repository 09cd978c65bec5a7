// What `:name` in a timer's statements stands for in one run, and its text in streamworker_timers,
// so that a run that is tried again, by whomever, gets the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/spec.h"
#include "sink/session.h"

namespace streamworker {

struct RunMoments {
  WallTime scheduled_at;
  WallTime now;
  std::optional<WallTime> last_run;  // `scheduled_at` of the last run that succeeded
};

// A constant that is a whole number is one; any other is a text. A moment is a text as the database
// writes times (last_run before the first: null). A query's first value: it may name :scheduled_at,
// :now and :last_run itself; null when it has no row. `kept`: of an earlier try of this run, whose
// `now` and results of queries stay.
Result<sink::SqlParameters> evaluate(const std::vector<config::Parameter>& parameters,
                                     const RunMoments& moments, sink::Session& session,
                                     const sink::SqlParameters& kept = {});

// {"from": "2019-05-01 00:00:00", "limit": 5} and back.
std::string to_json(const sink::SqlParameters& parameters);
Result<sink::SqlParameters> from_json(const std::string& text);

}  // namespace streamworker
