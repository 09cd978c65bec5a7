// What a reset of a table touches (DESIGN 1.3): the table and those that read it are built again,
// and what leads to it is sent again. Changes of a table are not kept anywhere, so a table that it
// reads is built again, too. Plans are data: app/table_reset.h does it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/plan.h"

namespace streamworker {

struct ResetPlan {
  // Indexes of a stage, and of a node in it.
  using Place = std::pair<size_t, size_t>;
  std::set<Place> tables;  // built again
  // By stage: the outputs (`kafka_output`) that send all records again, to repartition topics.
  std::map<size_t, std::set<std::string>> resent;
  std::set<size_t> sources;  // stages whose topics are read again from the beginning
  // "topic out", "database db, table Totals", …: these are told the tables' rows again.
  std::set<std::string> told;
};

// Skip: there is no such table. Stop: something else takes the records that would have to come
// again, and would take them twice; says what.
Result<ResetPlan> plan_reset(const Plan& plan, const std::string& table);

}  // namespace streamworker
