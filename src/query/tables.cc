#include "query/tables.h"

#include <algorithm>

#include "base/format.h"
#include "record/murmur2.h"

namespace streamworker::query {

namespace {

TableInfo info_of(const Node& node, const TablePlan& plan) {
  TableInfo info{node.pipeline,
                 &plan,
                 node.schema,
                 RowJson(node.schema, plan.key.size(), plan.window.has_value()),
                 {}};
  if (plan.window) info.windows = window_form(plan);
  return info;
}

}  // namespace

Tables::Tables(const Plan& plan, const Clock& clock) : clock_(clock) {
  for (const auto* stages : {&plan.stages, &plan.globals})
    for (const Stage& stage : *stages)
      for (const Node& node : stage.nodes)
        if (const auto* table = std::get_if<TablePlan>(&node.operation))
          tables_.push_back(info_of(node, *table));
  std::sort(tables_.begin(), tables_.end(),
            [](const TableInfo& a, const TableInfo& b) { return a.name < b.name; });
}

const TableInfo* Tables::find(std::string_view name) const {
  const auto found = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const TableInfo& one) { return one.name == name; });
  return found == tables_.end() ? nullptr : &*found;
}

void Tables::show(OpenTable table) {
  const std::lock_guard lock(mutex_);
  const int32_t partition = table.partition;
  open_[table.name][partition] = std::move(table);
}

void Tables::hide(const Heartbeat& owner) {
  const std::lock_guard lock(mutex_);
  for (auto& [name, partitions] : open_)
    for (auto& [number, open] : partitions)
      if (open.owner.get() == &owner) open.rows.reset();
}

void Tables::withdraw(const Heartbeat& owner) {
  const std::lock_guard lock(mutex_);
  for (auto& [name, partitions] : open_)
    std::erase_if(partitions, [&](const auto& one) { return one.second.owner.get() == &owner; });
}

Result<void> Tables::add(const OpenTable& open, Readable& to) const {
  if (!open.rows)
    return retry(fmt::format("partition {} of table {} is being restored or moved", open.partition,
                             open.name));
  if (!open.owner->alive(clock_.steady()))
    return retry(
        fmt::format("the thread that has partition {} of table {} does not answer its "
                    "group: the rows may be another worker's by now",
                    open.partition, open.name));
  to.rows.push_back(open.rows);
  to.partitions.push_back(open.partition);
  to.of = open.partitions;
  return {};
}

Result<Readable> Tables::readable(const TableInfo& table) const {
  const std::lock_guard lock(mutex_);
  Readable out;
  const auto found = open_.find(table.name);
  if (found != open_.end())
    for (const auto& [number, open] : found->second)
      if (auto added = add(open, out); !added) return added.error();
  if (out.rows.empty())
    return retry(fmt::format("no partition of table {} is here now", table.name));
  return out;
}

Result<Readable> Tables::readable(const TableInfo& table, std::string_view key) const {
  const std::lock_guard lock(mutex_);
  Readable out;
  const auto found = open_.find(table.name);
  if (found == open_.end() || found->second.empty())
    return retry(fmt::format("no partition of table {} is here now", table.name));
  const int32_t partition = java_partition(key, found->second.begin()->second.partitions);
  const auto open = found->second.find(partition);
  if (open == found->second.end())
    return retry(fmt::format("the key is in partition {} of table {}, which is not here", partition,
                             table.name));
  if (auto added = add(open->second, out); !added) return added.error();
  return out;
}

std::map<std::string, WorkerEntry::Partitions, std::less<>> Tables::claims() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, WorkerEntry::Partitions, std::less<>> out;
  for (const TableInfo& table : tables_) {
    const auto found = open_.find(table.name);
    if (table.plan->global || found == open_.end()) continue;
    for (const auto& [number, open] : found->second) {
      out[table.name].of = open.partitions;
      out[table.name].here.push_back(number);
    }
  }
  return out;
}

std::pair<std::vector<int32_t>, int32_t> Tables::here(const TableInfo& table) const {
  const std::lock_guard lock(mutex_);
  std::pair<std::vector<int32_t>, int32_t> out;
  const auto found = open_.find(table.name);
  if (found == open_.end()) return out;
  for (const auto& [number, open] : found->second) {
    out.first.push_back(number);
    out.second = open.partitions;
  }
  return out;
}

}  // namespace streamworker::query
