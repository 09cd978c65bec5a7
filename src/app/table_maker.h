// Makes the step of a table for one task: its rows, its windows, its state on the disk.
#pragma once

#include <memory>
#include <string>

#include "app/task_builder.h"
#include "table/aggregate_step.h"

namespace streamworker {

// Where the table is to stand. All but `read` must outlive it.
struct TableSite {
  const Parts& parts;
  const Stage& stage;
  const Node& node;
  const TopicPartition& at;
  sql::Engine& engine;
  store::RowBudget& rows;
  BadRecords& bad;
  bool read;  // something stands behind it
};
std::unique_ptr<AggregateStep> make_table(const TablePlan& plan, const TableSite& site);

// Partitions of all topics whose stages write this one, up to the stage `until` (null: all): a
// source partition's number among those of a repartition.
int32_t sources_of(const Parts& parts, const std::string& topic, const Stage* until);

}  // namespace streamworker
