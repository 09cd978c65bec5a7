// How windows end: they are sent when they close, and their rows go when they expire.
#include <algorithm>

#include "base/log.h"
#include "table/window_key.h"
#include "table/window_table.h"

namespace streamworker {

namespace {

int64_t millis(EventTime time) { return time.time_since_epoch().count(); }

}  // namespace

Result<void> WindowTable::advance(const Meta& at) {
  time_.keep(state().progress());
  const auto now = time_.now();
  if (!now || starts_.empty()) return {};
  if (!settings_.final) return expire(*now);
  const int64_t first = settings_.hops.containing(starts_.begin()->first).first;
  std::optional<int64_t> before;
  if (const auto closed = state().progress().closed) before = millis(*closed);
  const WindowRange closing = settings_.hops.closing(before, *now, first);
  if (!closing.empty()) {
    if (auto done = close(closing, at); !done) return done;
    state().progress().closed = TableTime::event_time(*now);
  }
  return expire(*now);
}

bool WindowTable::pass(std::optional<Duration> idle) {
  if (!settings_.close_when_idle || starts_.empty()) return false;
  const int64_t last = settings_.hops.latest(starts_.rbegin()->first);
  return time_.close_when_idle(idle, settings_.close_when_idle, settings_.hops.closes(last));
}

Result<void> WindowTable::close(const WindowRange& closing, const Meta& at) {
  std::set<int64_t> windows;
  const auto end = starts_.lower_bound(settings_.hops.end(closing.last));
  for (auto start = starts_.lower_bound(closing.first); start != end; ++start) {
    WindowRange its{start->first, start->first};
    if (panes_) its = settings_.hops.containing(start->first);
    for (int64_t one = std::max(its.first, closing.first); one <= std::min(its.last, closing.last);
         one += settings_.hops.every())
      windows.insert(one);
  }
  rows_.sort_changed();
  for (const int64_t window : windows)
    if (auto done = close_window(window, at); !done) return done;
  return {};
}

Result<void> WindowTable::gather_window(int64_t window, Gathered& rows) {
  const int64_t end = panes_ ? settings_.hops.end(window) : window + 1;
  for (auto start = starts_.lower_bound(window); start != starts_.end() && start->first < end;
       ++start)
    for (const int64_t skip : start->second)
      if (counts(window, {start->first, skip}))
        if (auto done = gather(start->first, skip, rows); !done) return done;
  return {};
}

Result<void> WindowTable::close_window(int64_t window, const Meta& at) {
  Gathered rows;
  if (auto done = gather_window(window, rows); !done) return done;
  told().clear();
  Meta meta = at;
  meta.timestamp = TableTime::event_time(settings_.hops.end(window) - 1);
  std::vector<Value> values(parts_.key.size());
  for (auto& [text, row] : rows) {
    if (!row) continue;
    if (!form_.key_of(*row, text, values.data()))
      return stop("table " + name() + ": the key of a row is damaged");
    row->shown = false;
    tell({values.data(), text, window_of(window)}, meta, *row, true);
  }
  return hand_on_told();
}

// Panes each of which is good may be too much for one row.
void WindowTable::put_together(const std::string& text, const TableRow& row, Gathered& rows) {
  auto [at, fresh] = rows.try_emplace(text, std::nullopt);
  if (fresh) {
    at->second = form_.make();
    at->second->key = row.key;
  }
  if (!at->second) return;
  const auto done = parts_.calls->merge(at->second->state, row.state);
  if (done) return;
  meters_.not_shown.add();
  log::warn("table", "table {}: a window of key {} cannot be shown: {}", name(), text,
            done.error().message);
  at->second.reset();
}

// The rows of one pane (or window): those on the disk, but for what has changed since.
Result<void> WindowTable::gather(int64_t start, int64_t skip, Gathered& rows) {
  std::string begin;
  append_start(start, begin);
  if (panes_) append_skip(skip, begin);
  std::string end = begin;
  end.back() = static_cast<char>(end.back() + 1);
  for (size_t i = end.size() - 1; i > 0 && end[i] == 0; --i)
    end[i - 1] = static_cast<char>(end[i - 1] + 1);
  const auto take = [&](std::string_view place, const TableRow& row) {
    put_together(std::string(place.substr(begin.size())), row, rows);
  };
  const auto& all = rows_.changed();  // in order, by close()
  auto changed =
      std::lower_bound(all.begin(), all.end(), begin,
                       [](const auto* one, const std::string& key) { return one->key < key; });
  std::set<std::string_view> newer;
  for (; changed != all.end() && (*changed)->key < end; ++changed) {
    newer.insert((*changed)->key);
    if (!(*changed)->exists) continue;
    take((*changed)->key, (*changed)->row);
  }
  auto disk = state().partition()->rows(begin, end);
  for (; disk.valid(); disk.next()) {
    const std::string_view place = store::Partition::key_of_row(disk);
    if (newer.contains(place)) continue;
    auto row = form_.read(disk.value());
    if (!row) return row.error();
    take(place, *row);
  }
  return disk.status();
}

// Rows of windows that nobody asks for any more: quietly.
Result<void> WindowTable::expire(int64_t now) {
  const Hops& hops = settings_.hops;
  while (!starts_.empty()) {
    const int64_t start = starts_.begin()->first;
    const int64_t last = panes_ ? hops.latest(start) : start;
    if (hops.end(last) + settings_.expires > now) return {};
    std::string begin;
    std::string end;
    append_start(start, begin);
    append_start(start + 1, end);
    auto disk = state().partition()->rows(begin, end);
    for (; disk.valid(); disk.next()) gone_.emplace_back(store::Partition::key_of_row(disk));
    if (auto good = disk.status(); !good) return good;
    for (Rows::Entry* entry : rows_.changed())
      if (entry->key.compare(0, begin.size(), begin) == 0) entry->exists = false;
    starts_.erase(starts_.begin());
    last_start_.reset();
  }
  return {};
}

}  // namespace streamworker
