// What a task does for tables: their side of a commit, windows that close, and marks for those
// behind a repartition.
#include <algorithm>
#include <limits>

#include "runtime/task.h"

namespace streamworker {

namespace {

constexpr Duration kMarkAtMostEvery = std::chrono::seconds(1);

}  // namespace

// How far the table has taken: what it skips it has.
Offset Task::table_next(const TableStep& table) const {
  return std::max(next_, table.skips_below());
}

Result<void> Task::send_tables(Producer& producer, const Clock& clock, bool all) {
  for (TableStep* table : body_.tables) {
    const Offset next = table_next(*table);
    if (!all && !table->commit_is_due(next, clock.steady())) continue;
    if (auto sent = table->send(producer, next, clock.wall()); !sent) return sent;
  }
  return mark_is_due(clock.steady(), all) ? send_marks(clock.steady()) : Result<void>();
}

Result<void> Task::tables_committed(const Producer& producer, const Clock& clock) {
  told_in_time_ = false;
  for (TableStep* table : body_.tables)
    if (auto done = table->committed(producer, clock.wall(), clock.steady()); !done) return done;
  return {};
}

bool Task::wants_commit() const {
  return std::any_of(body_.tables.begin(), body_.tables.end(),
                     [](const TableStep* table) { return table->wants_commit(); });
}

bool Task::restores() const {
  return std::any_of(body_.tables.begin(), body_.tables.end(),
                     [](const TableStep* table) { return !table->state().is_loaded(); });
}

bool Task::has_new_tables() const {
  return std::any_of(body_.tables.begin(), body_.tables.end(),
                     [](const TableStep* table) { return table->state().is_new(); });
}

void Task::start_new_tables(Offset at) {
  for (TableStep* table : body_.tables)
    if (table->state().is_new()) table->state().start_at(at);
}

const TableStep* Task::lost_table() const {
  for (const TableStep* table : body_.tables)
    if (table->state().is_new() && known_.contains(table_hash(table->name()))) return table;
  return nullptr;
}

Result<void> Task::advance_tables(Offset offset) {
  if (body_.tables.empty()) return {};
  Meta at;
  at.offset = offset;
  at.partition = at_.partition;
  at.source_partition = at_.partition;
  for (TableStep* table : body_.tables)
    if (auto done = table->advance(at); !done) return done;
  return {};
}

Result<void> Task::pass_time(Duration now) {
  std::optional<Duration> idle;
  if (at_end_since_) idle = now - *at_end_since_;
  bool more = false;
  for (TableStep* table : body_.tables) more = table->pass(idle) || more;
  if (!more) return {};
  told_in_time_ = true;
  if (auto done = advance_tables(next_); !done) return done;
  return flush_letters();
}

void Task::note_end(bool at_end, Duration now) {
  if (!at_end)
    at_end_since_.reset();
  else if (!at_end_since_)
    at_end_since_ = now;
}

EnvelopeMark Task::mark_of(const TaskBody::Marked& marked, Duration now) const {
  const bool idle = at_end_since_ && now - *at_end_since_ >= marked.idle_timeout;
  return {marked.source, passed_.value_or(std::numeric_limits<int64_t>::min()), idle};
}

// When one of them says something new, at most once a second but with the last commit: nobody may
// take the partition for a while.
bool Task::mark_is_due(Duration now, bool at_once) const {
  if (!at_once && marked_at_ && now - *marked_at_ < kMarkAtMostEvery) return false;
  for (size_t i = 0; i < body_.marked.size(); ++i) {
    const EnvelopeMark mark = mark_of(body_.marked[i], now);
    if (says_nothing(mark)) continue;
    if (last_marks_.empty() || !(mark == last_marks_[i])) return true;
  }
  return false;
}

// A partition that no record was taken from, and that is not idle.
bool Task::says_nothing(const EnvelopeMark& mark) const { return !passed_ && !mark.idle; }

Result<void> Task::send_marks(Duration now) {
  last_marks_.clear();
  for (const TaskBody::Marked& one : body_.marked) {
    const EnvelopeMark& mark = last_marks_.emplace_back(mark_of(one, now));
    if (says_nothing(mark)) continue;
    if (auto sent = one.step->mark(mark); !sent) return sent;
  }
  marked_at_ = now;
  return {};
}

}  // namespace streamworker
