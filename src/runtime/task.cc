#include "runtime/task.h"

#include <algorithm>
#include <set>

namespace streamworker {

namespace {

bool takes(const Part* part) { return part->active() && !part->paused(); }

}  // namespace

Task::Task(const Stage& stage, TopicPartition at, int32_t partitions, TaskBody body, Meters meters)
    : stage_(stage),
      at_(std::move(at)),
      partitions_(partitions),
      body_(std::move(body)),
      meters_(meters),
      batch_(stage.input),
      run_(stage.input) {
  committed_.at = at_;
}

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

Result<void> Task::claim_parts() {
  for (Part* part : body_.parts) {
    if (part->active()) continue;
    if (auto claimed = part->claim({}); !claimed) return claimed;
  }
  return {};
}

Result<void> Task::apply(const LiveSettings& settings) {
  for (Part* part : body_.parts) {
    const auto found = settings.pipelines.find(part->pipeline());
    if (found == settings.pipelines.end()) continue;
    if (auto done = part->apply(found->second); !done) return done;
  }
  return {};
}

bool Task::paused() const {
  return !has_outputs() && !body_.parts.empty() &&
         std::all_of(body_.parts.begin(), body_.parts.end(),
                     [](const Part* part) { return part->paused(); });
}

std::vector<std::string> Task::paused_pipelines() const {
  std::set<std::string> names;
  for (const Part* part : body_.parts)
    if (part->paused()) names.insert(part->pipeline());
  return {names.begin(), names.end()};
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

bool Task::idle() const {
  return !has_outputs() && std::none_of(body_.parts.begin(), body_.parts.end(), takes);
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
    others = others || takes(part);
  }
  const Offset back = late.position().value_or(next_);
  run_from(others ? std::min(next_, back) : back);
}

Result<void> Task::process(std::span<const Message> messages, Duration now) {
  while (!messages.empty() && messages.front().offset < next_) messages = messages.subspan(1);
  if (messages.empty()) return {};
  at_end_since_.reset();  // whether or not there is more
  for (Part* part : body_.parts) part->begin(now);
  for (auto left = messages; !left.empty();) {
    const auto taken = take(left);
    if (!taken) return taken.error();
    left = left.subspan(*taken);
  }
  if (body_.tap != nullptr && body_.tap->tapped()) body_.tap->tell(at_.partition, messages);
  return advance(now);
}

Result<size_t> Task::take(std::span<const Message> messages) {
  batch_.clear();
  const auto decoded = body_.decoder->decode(messages, batch_);
  if (!decoded) return decoded.error();
  messages = messages.first(*decoded);
  if (!batch_.empty()) {
    event_time_ = batch_.meta(batch_.size() - 1).timestamp;
    for (size_t i = 0; i < batch_.size(); ++i) {
      const int64_t time = batch_.meta(i).timestamp.time_since_epoch().count();
      passed_ = std::max(passed_.value_or(time), time);
    }
    const bool plain = std::none_of(messages.begin(), messages.end(), [](const Message& one) {
      return one.headers != nullptr && replay_target(one.headers);
    });
    if (auto done = plain ? walk(batch_) : walk_runs(); !done) return done.error();
  }
  next_ = messages.back().offset + 1;
  if (auto moved = advance_tables(next_ - 1); !moved) return moved.error();
  if (auto kept = flush_letters(); !kept) return kept.error();
  meters_.consumed.add(static_cast<double>(messages.size()));
  if (messages.front().offset < replayed_until_) {
    const auto again = std::count_if(messages.begin(), messages.end(), [&](const Message& one) {
      return one.offset < replayed_until_;
    });
    meters_.replayed.add(static_cast<double>(again));
  }
  return messages.size();
}

Result<void> Task::advance(Duration now) {
  if (auto passed = pass_time(now); !passed) return passed;
  for (Part* part : body_.parts)
    if (auto done = part->advance(next_, now); !done) return done;
  return {};
}

Result<void> Task::flush() {
  for (Part* part : body_.parts)
    if (auto done = part->flush(next_); !done) return done;
  return {};
}

bool Task::settled() const {
  return std::all_of(body_.parts.begin(), body_.parts.end(),
                     [](const Part* part) { return part->settled(); });
}

bool Task::blocked() const {
  return idle() || std::any_of(body_.parts.begin(), body_.parts.end(),
                               [](const Part* part) { return part->blocked(); });
}

std::optional<Duration> Task::due() const {
  std::optional<Duration> first;
  for (const Part* part : body_.parts)
    if (const auto one = part->due()) first = std::min(first.value_or(*one), *one);
  return first;
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

bool Task::commit_is_due(Duration now) const {
  const Committed group = group_offset();
  if (group.offset && (group.offset != committed_.offset || group.metadata != committed_.metadata))
    return true;
  return mark_is_due(now, false) ||
         std::any_of(body_.tables.begin(), body_.tables.end(), [&](const TableStep* table) {
           return table->commit_is_due(table_next(*table), now);
         });
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

bool Task::may_wait(Duration now) const {
  if (restores()) return true;
  if (positions_known() && !blocked()) return false;
  return std::any_of(body_.parts.begin(), body_.parts.end(),
                     [now](const Part* part) { return part->may_wait(now); });
}

std::string Task::waits_for() const {
  const bool all = paused();
  for (const Part* part : body_.parts) {
    if (part->paused() && !all) continue;
    if (std::string reason = part->waits_for(); !reason.empty()) return reason;
  }
  return {};
}

std::string Task::runs_without() const {
  std::string text;
  for (const Part* part : body_.parts)
    if (!takes(part)) text += (text.empty() ? "" : ", ") + part->name() + ": " + part->waits_for();
  return text;
}

}  // namespace streamworker
