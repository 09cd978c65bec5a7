// A task's positions: where each of its parts is, where it begins to read, and what it has the
// group remember (DESIGN 4.3).
#include <algorithm>

#include "runtime/task.h"

namespace streamworker {

Result<void> Task::set_group(const Committed& committed) {
  committed_ = committed;
  auto read = read_metadata(committed.metadata);
  if (!read) return context(std::move(read.error()), to_string(at_));
  known_partitions_ = read->partitions;
  group_ = committed.offset.value_or(0);
  positions_.clear();
  new_outputs_.clear();
  known_.clear();
  for (const auto& [hash, position] : read->outputs) known_.insert(hash);
  for (const Output* output : body_.outputs) {
    const auto found = read->outputs.find(output_hash(output->name()));
    if (committed.offset && read->all)
      positions_[output->name()] = *committed.offset;
    else if (committed.offset && found != read->outputs.end())
      positions_[output->name()] = found->second.value_or(*committed.offset);
    else if (std::find(new_outputs_.begin(), new_outputs_.end(), output->name()) ==
             new_outputs_.end())
      new_outputs_.push_back(output->name());
  }
  if (!body_.marked.empty()) passed_ = read->passed;
  return {};
}

void Task::start_new_outputs(Offset at) {
  for (const std::string& name : new_outputs_) positions_[name] = at;
  new_outputs_.clear();
}

bool Task::positions_known() const {
  const bool all = paused();
  const bool tables =
      std::all_of(body_.tables.begin(), body_.tables.end(),
                  [](const TableStep* table) { return table->state().position().has_value(); });
  return tables && new_outputs_.empty() &&
         std::all_of(body_.parts.begin(), body_.parts.end(), [&](const Part* part) {
           return part->active() || part->left_out() || (part->paused() && !all);
         });
}

Offset Task::start() const {
  std::optional<Offset> smallest;
  for (const auto& [name, position] : positions_)
    smallest = std::min(smallest.value_or(position), position);
  for (const TableStep* table : body_.tables)
    if (const auto position = table->state().position())
      smallest = std::min(smallest.value_or(*position), *position);
  const bool all = paused();
  for (const Part* part : body_.parts)
    if (const auto position = part->position(); position && (all || !part->paused()))
      smallest = std::min(smallest.value_or(*position), *position);
  return smallest.value_or(group_);
}

void Task::run_from(Offset offset) {
  next_ = offset;
  marked_ = false;
  if (offset < group_) passed_.reset();  // something has not passed it yet
  replayed_until_ = offset;
  for (Output* output : body_.outputs) output->skip_below(positions_[output->name()]);
  for (const auto& [name, position] : positions_)
    replayed_until_ = std::max(replayed_until_, position);
  for (TableStep* table : body_.tables) {
    const Offset from = std::max(table->state().position().value_or(offset), table->skips_below());
    table->skip_below(from);
    replayed_until_ = std::max(replayed_until_, from);
  }
  for (const Part* part : body_.parts)
    if (!part->paused())
      replayed_until_ = std::max(replayed_until_, part->position().value_or(offset));
}

void Task::rewind_for(DatabaseOutput& late) {
  bool others = has_outputs();
  for (auto& [name, position] : positions_) position = std::max(position, next_);
  for (TableStep* table : body_.tables) table->skip_below(std::max(table->skips_below(), next_));
  for (Part* part : body_.parts) {
    if (part == &late) continue;
    part->skip_taken();
    others = others || part->takes();
  }
  const Offset back = late.position().value_or(next_);
  run_from(others ? std::min(next_, back) : back);
}

Committed Task::group_offset() const {
  Committed now{at_, {}, {}};
  OutputPositions positions;
  positions.partitions = partitions_;
  if (has_outputs()) {
    now.offset = std::max(committed_.offset.value_or(group_), next_);
    for (const auto& [name, reached] : positions_) now.offset = std::max(*now.offset, reached);
    add_outputs(*now.offset, positions);
  } else {
    now.offset = durable();
    if (!now.offset) now.offset = committed_.offset;
  }
  now.metadata = to_metadata(positions);
  return now;
}

void Task::add_outputs(Offset offset, OutputPositions& positions) const {
  if (!body_.marked.empty()) positions.passed = passed_;
  for (const auto& [name, start] : positions_) {
    const Offset reached = std::max(start, next_);
    auto& position = positions.outputs[output_hash(name)];
    if (reached < offset) position = reached;
  }
  for (const TableStep* table : body_.tables)
    if (table->state().is_told()) positions.outputs[table_hash(table->name())];
}

std::optional<Offset> Task::durable() const {
  std::optional<Offset> smallest;
  for (const Part* part : body_.parts) {
    const auto position = part->position();
    if (!position) return {};
    smallest = std::min(smallest.value_or(*position), *position);
  }
  for (const TableStep* table : body_.tables) {
    const auto position = table->state().position();
    if (!position) return {};
    smallest = std::min(smallest.value_or(*position), *position);
  }
  if (!body_.outputs.empty()) {
    const auto reached = outputs_durable();
    if (!reached) return {};
    smallest = std::min(smallest.value_or(*reached), *reached);
  }
  return smallest ? smallest : committed_.offset;
}

std::optional<Offset> Task::outputs_durable() const {
  if (!committed_.offset) return {};
  Offset reached = *committed_.offset;
  if (const auto read = read_metadata(committed_.metadata))
    for (const auto& [hash, behind] : read->outputs)
      reached = std::min(reached, behind.value_or(reached));
  return reached;
}

std::optional<Offset> Task::written(Duration now) const {
  std::optional<Offset> smallest;
  if (!body_.outputs.empty()) smallest = outputs_durable();
  for (const TableStep* table : body_.tables)
    if (const auto position = table->state().position())
      smallest = std::min(smallest.value_or(*position), *position);
  for (const Part* part : body_.parts) {
    const auto position = part->position();
    if (position && !part->may_wait(now))
      smallest = std::min(smallest.value_or(*position), *position);
  }
  return smallest;
}

}  // namespace streamworker
