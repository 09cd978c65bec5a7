#include "table/ttl_table.h"

#include <algorithm>
#include <limits>

namespace streamworker {

namespace {

constexpr size_t kMostAtOnce = 10'000;

int64_t millis(EventTime time) { return time.time_since_epoch().count(); }

}  // namespace

TtlTable::TtlTable(std::unique_ptr<store::TableState> state, AggregateParts parts,
                   store::RowBudget& budget, BadRecords& bad, Meters meters,
                   const TtlSettings& settings)
    : AggregateTable(std::move(state), std::move(parts), budget, bad, meters),
      settings_(settings),
      time_(settings.sources),
      from_{std::numeric_limits<int64_t>::min(), {}} {}

Result<void> TtlTable::load() {
  if (auto done = AggregateTable::load(); !done) return done;
  time_.load(state().progress());
  const auto first = state().partition()->queue(from_);
  if (first.valid()) next_ = store::Partition::queued(first).time;
  return first.status();
}

Result<void> TtlTable::take(const Value* values, const Meta& meta) {
  auto found = rows_.find(key());
  if (!found) return found.error();
  Rows::Entry& entry = **found;
  const int64_t time = millis(meta.timestamp);
  const auto now = time_.now();
  if (now && entry.exists && is_over(entry.row.age->changed, *now)) gone(entry, values, meta);
  if (auto done = take_row(entry, values, meta); !done) return done;
  if (entry.exists) note_change(entry, std::max(now.value_or(time), time));
  time_.see(time);
  return {};
}

void TtlTable::note_change(Rows::Entry& entry, int64_t time) {
  if (!entry.row.age) enqueue(entry, time);
  entry.row.age->changed = std::max(entry.row.age->changed, time);
}

void TtlTable::enqueue(Rows::Entry& entry, int64_t time) {
  entry.row.age = RowAge{time, time, false};
  fresh_.insert({time, entry.key});
}

Result<void> TtlTable::advance(const Meta& at) {
  time_.keep(state().progress());
  if (!has_more()) return {};
  told().clear();
  if (auto done = look(*time_.now() - settings_.ttl, at); !done) return done;
  return hand_on_told();
}

bool TtlTable::has_more() const {
  const auto now = time_.now();
  if (!now) return false;
  return (next_ && is_over(*next_, *now)) ||
         (!fresh_.empty() && is_over(fresh_.begin()->time, *now));
}

Result<void> TtlTable::look(int64_t until, const Meta& at) {
  auto disk = state().partition()->queue(from_);
  for (size_t looked = 0; looked < kMostAtOnce; ++looked) {
    const auto place = take_place(disk, until);
    if (!place) break;
    if (auto done = look_at(*place, at); !done) return done;
  }
  next_.reset();
  if (disk.valid()) next_ = store::Partition::queued(disk).time;
  return disk.status();
}

// The first one of both queues. None: it is later.
std::optional<store::Queued> TtlTable::take_place(rocks::Iterator& disk, int64_t until) {
  std::optional<store::Queued> first;
  if (disk.valid()) first = store::Partition::queued(disk);
  if (!fresh_.empty() && (!first || *fresh_.begin() < *first)) {
    if (fresh_.begin()->time > until) return {};
    return std::move(fresh_.extract(fresh_.begin()).value());
  }
  if (!first || first->time > until) return {};
  looked_.push_back(*first);
  from_ = {first->time, first->key + '\0'};
  disk.next();
  return first;
}

// What it was the place of may be gone, or have another one by now.
Result<void> TtlTable::look_at(const store::Queued& place, const Meta& at) {
  auto found = rows_.find(place.key);
  if (!found) return found.error();
  Rows::Entry& entry = **found;
  if (!entry.exists || entry.row.age->queued != place.time) return {};
  if (entry.row.age->changed > place.time) {
    enqueue(entry, entry.row.age->changed);
    rows_.change(entry);
    return {};
  }
  std::vector<Value> values(parts_.key.size());
  if (!form_.key_of(entry.row, place.key, values.data()))
    return stop("table " + name() + ": the key of a row is damaged");
  for (Value& value : values) value = kept(value, told().arena());
  gone(entry, values.data(), at);
  return {};
}

// The key's views must outlive what is told.
void TtlTable::gone(Rows::Entry& entry, const Value* key, const Meta& at) {
  if (parts_.read) {
    Meta then = at;
    then.timestamp = TableTime::event_time(entry.row.age->changed + settings_.ttl);
    const Shown what{key, entry.key, {}};
    if (parts_.tell_old) tell_old(what, then, entry.row);
    tell(what, then, entry.row, false);
  }
  entry.row = form_.make();
  entry.exists = false;
  rows_.change(entry);
}

void TtlTable::collect(std::vector<store::RowChange>& rows) {
  AggregateTable::collect(rows);
  state().leave(looked_);
  looked_.clear();
}

// All places are on the disk now.
void TtlTable::saved() {
  for (Rows::Entry* entry : rows_.changed())
    if (entry->row.age) entry->row.age->placed = true;
  if (!fresh_.empty()) next_ = std::min(next_.value_or(fresh_.begin()->time), fresh_.begin()->time);
  fresh_.clear();
  AggregateTable::saved();
}

}  // namespace streamworker
