#include "runtime/timer_check.h"

#include <algorithm>

#include "base/format.h"
#include "config/find_database.h"
#include "config/reading.h"
#include "sink/parameters.h"
#include "sink/session.h"

namespace streamworker {
namespace {

void check_timer(const config::Timer& timer, sink::Dialect dialect,
                 std::vector<config::Problem>& problems) {
  std::vector<std::string> known;
  for (const config::Parameter& parameter : timer.params) known.push_back(parameter.name);
  for (const config::Text& statement : timer.sql)
    for (const std::string& name : sink::parameter_names(dialect, statement.value)) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string which =
          known.empty() ? ", which are none" : config::suggestion(name, known);
      problems.push_back({statement.at, statement.path,
                          fmt::format(":{} is none of the timer's `params`{}", name, which)});
    }
}

}  // namespace

std::vector<config::Problem> check_timers(const config::File& file) {
  std::vector<config::Problem> problems;
  for (const config::Timer& timer : file.timers) {
    const auto* const database = config::find_database(file, timer.database.value);
    if (database != nullptr) check_timer(timer, sink::dialect_of(*database), problems);
  }
  return problems;
}

}  // namespace streamworker
