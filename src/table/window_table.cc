#include "table/window_table.h"

#include <algorithm>

#include "table/window_key.h"

namespace streamworker {

namespace {

int64_t millis(EventTime time) { return time.time_since_epoch().count(); }

}  // namespace

bool keeps_panes(const Hops& hops, const Aggregates& calls) {
  if (hops.every() == hops.size()) return false;
  for (size_t i = 0; i < calls.size(); ++i)
    if (!calls[i].merges()) return false;
  return true;
}

WindowTable::WindowTable(std::unique_ptr<store::TableState> state, AggregateParts parts,
                         store::RowBudget& budget, BadRecords& bad, Meters meters,
                         const WindowSettings& settings)
    : AggregateStep(std::move(state), std::move(parts), budget, bad, meters),
      settings_(settings),
      panes_(keeps_panes(settings.hops, *parts_.calls)),
      time_(settings.sources) {}

// Which windows (or panes) have rows; a seek for each.
Result<void> WindowTable::load() {
  if (auto done = AggregateStep::load(); !done) return done;
  time_.load(state().progress());
  auto rows = state().partition()->rows("", "");
  std::string next;
  while (rows.valid()) {
    const std::string_view place = store::Partition::key_of_row(rows);
    const int64_t start = start_of(place);
    const int64_t skip = panes_ ? skip_of(place) : 0;
    starts_[start].insert(skip);
    newest_ = start;
    next.clear();
    append_start(panes_ ? start : start + 1, next);
    if (panes_) append_skip(skip + 1, next);
    rows.seek(store::Partition::row_key(next));
  }
  return rows.status();
}

Result<void> WindowTable::take(const Value* values, const Meta& meta) {
  const int64_t time = millis(meta.timestamp);
  const auto now = time_.now();
  Result<void> done;
  if (panes_) {
    const auto pane = settings_.hops.place(time, now);
    done = pane ? take_pane(*pane, values, meta) : late(meta);
  } else {
    WindowRange windows = settings_.hops.containing(time);
    while (now && !windows.empty() && settings_.hops.closes(windows.first) <= *now)
      windows.first += settings_.hops.every();
    done = windows.empty() ? late(meta) : take_windows(windows, values, meta);
  }
  if (done) time_.see(time);
  return done;
}

Result<void> WindowTable::late(const Meta& meta) {
  meters_.late.add();
  if (!settings_.keep_late) return {};
  return bad_.take(meta, "late", "all windows of its time are closed");
}

Result<WindowTable::Rows::Entry*> WindowTable::row_at(int64_t start, int64_t skip) {
  place_.clear();
  append_start(start, place_);
  if (panes_) append_skip(skip, place_);
  place_ += key();
  if (start != last_start_ || skip != last_skip_) starts_[start].insert(skip);
  last_start_ = start;
  last_skip_ = skip;
  return rows_.find(place_, (!newest_ || start > *newest_) && !rows_.has_dropped());
}

// A record is in all of its windows or in none.
Result<void> WindowTable::all_may_add(const WindowRange& windows, const Value* values,
                                      const Meta& meta) {
  if (windows.first == windows.last) return {};
  for (int64_t start = windows.first; start <= windows.last; start += settings_.hops.every()) {
    auto found = row_at(start, 0);
    if (!found) return found.error();
    if (auto may = may_add((*found)->row, values, meta, window_of(start)); !may) return may;
  }
  return {};
}

Result<void> WindowTable::take_windows(const WindowRange& windows, const Value* values,
                                       const Meta& meta) {
  if (auto may = all_may_add(windows, values, meta); !may) return may;
  for (int64_t start = windows.first; start <= windows.last; start += settings_.hops.every()) {
    auto found = row_at(start, 0);
    if (!found) return found.error();
    if (auto done = take_window(start, **found, values, meta); !done) return done;
  }
  return {};
}

Result<void> WindowTable::take_window(int64_t start, Rows::Entry& entry, const Value* values,
                                      const Meta& meta) {
  const Shown what{values, key(), window_of(start)};
  const bool tells = parts_.read && !settings_.final;
  const bool old = tells && parts_.tell_old && tell_old(what, meta, entry.row);
  if (auto done = add(entry.row, values, meta, what.window); !done) {
    if (old) told().drop_last();
    return done;
  }
  entry.exists = !parts_.counted || !counts_nothing(entry.row);
  rows_.change(entry);
  if (tells) tell(what, meta, entry.row, entry.exists);
  if (!entry.exists) entry.row = form_.make();
  return {};
}

Result<WindowTable::Change> WindowTable::change_of(int64_t window, const Value* values,
                                                   const Meta& meta) {
  auto before = merged(window, key());
  if (!before) return before.error();
  auto again = merged(window, key());
  if (!again) return again.error();
  Change change{std::move(*before), *again ? std::move(**again) : form_.make()};
  if (auto done = add(change.now, values, meta); !done) return done.error();
  if (change.before)
    change.before->shown = shows({values, key(), window_of(window)}, meta, *change.before);
  change.now.shown = change.before && change.before->shown;
  return change;
}

// The windows are put together first: one that cannot be refuses the record, and nothing changed.
Result<void> WindowTable::take_pane(const Pane& pane, const Value* values, const Meta& meta) {
  const bool tells = parts_.read && !settings_.final;
  const WindowRange windows = settings_.hops.counting(pane);
  std::vector<Change> changes;
  for (int64_t start = windows.first; tells && start <= windows.last;
       start += settings_.hops.every()) {
    auto change = change_of(start, values, meta);
    if (!change) return change.error();
    changes.push_back(std::move(*change));
  }
  auto found = row_at(pane.begin, pane.skip);
  if (!found) return found.error();
  Rows::Entry& entry = **found;
  if (auto done = add(entry.row, values, meta); !done) return done;
  entry.exists = !parts_.counted || !counts_nothing(entry.row);
  rows_.change(entry);
  if (!entry.exists) entry.row = form_.make();
  int64_t start = windows.first;
  for (Change& change : changes) {
    const Shown what{values, key(), window_of(start)};
    start += settings_.hops.every();
    if (change.before && parts_.tell_old) tell_old(what, meta, *change.before);
    tell(what, meta, change.now, !parts_.counted || !counts_nothing(change.now));
  }
  return {};
}

// Does the row of a pane count in the window?
bool WindowTable::counts(int64_t window, const Pane& pane) const {
  return !panes_ || window >= settings_.hops.counting(pane).first;
}

// The window's row: its panes put together. None: there is none.
Result<std::optional<TableRow>> WindowTable::merged(int64_t window, std::string_view text) {
  std::optional<TableRow> all;
  const auto end = starts_.lower_bound(settings_.hops.end(window));
  for (auto pane = starts_.lower_bound(window); pane != end; ++pane)
    for (const int64_t skip : pane->second)
      if (counts(window, {pane->first, skip}))
        if (auto done = merge_pane({pane->first, skip}, text, all); !done) return done.error();
  return all;
}

Result<void> WindowTable::merge_pane(const Pane& pane, std::string_view text,
                                     std::optional<TableRow>& all) {
  std::string place;
  append_start(pane.begin, place);
  append_skip(pane.skip, place);
  place += text;
  auto found = rows_.find(place);
  if (!found) return found.error();
  if (!(*found)->exists) return {};
  if (!all) {
    all = form_.make();
    all->key = (*found)->row.key;
  }
  return parts_.calls->merge(all->state, (*found)->row.state);
}

void WindowTable::collect(std::vector<store::RowChange>& rows) {
  AggregateStep::collect(rows);
  for (const std::string& place : gone_) rows.push_back({place, {}});
}

void WindowTable::saved() {
  AggregateStep::saved();
  gone_.clear();
}

}  // namespace streamworker
