#include "runtime/task.h"

#include <algorithm>
#include <set>

namespace streamworker {

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

bool Task::idle() const {
  return !has_outputs() && std::none_of(body_.parts.begin(), body_.parts.end(),
                                        [](const Part* part) { return part->takes(); });
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

bool Task::commit_is_due(Duration now) const {
  const Committed group = group_offset();
  if (group.offset && (group.offset != committed_.offset || group.metadata != committed_.metadata))
    return true;
  return mark_is_due(now, false) ||
         std::any_of(body_.tables.begin(), body_.tables.end(), [&](const TableStep* table) {
           return table->commit_is_due(table_next(*table), now);
         });
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
    if (!part->takes())
      text += (text.empty() ? "" : ", ") + part->name() + ": " + part->waits_for();
  return text;
}

}  // namespace streamworker
