#include "query/window_rows.h"

#include <algorithm>
#include <limits>
#include <map>

#include "table/window_key.h"

namespace streamworker::query {

namespace {

using Which = WindowsAsked::Which;

constexpr int64_t kFirst = std::numeric_limits<int64_t>::min();
constexpr int64_t kLast = std::numeric_limits<int64_t>::max();

struct Found {
  int64_t start = 0;
  TableRow row;
};

class Search {
 public:
  Search(TableReader& reader, const store::Partition& in, std::string_view key)
      : reader_(reader), form_(*reader.table().windows), key_(key), rows_(in.rows("", "")) {}

  // All, or of those that hold the moment the one that began last; ascending.
  Result<std::vector<Found>> find(const std::optional<int64_t>& moment) {
    if (!form_.hops) return sessions(moment);
    const int64_t first = moment ? form_.hops->latest(*moment) : kFirst;
    if (form_.panes) return from_panes({first, moment ? first : kLast});
    return whole(first, moment ? first + 1 : kLast);
  }

  // The windows of this range that have rows of the key. REQUIRES: they are kept in panes
  Result<std::vector<Found>> from_panes(const WindowRange& wanted) {
    const int64_t end = wanted.last == kLast ? kLast : form_.hops->end(wanted.last);
    std::map<int64_t, TableRow> windows;
    auto done =
        visit(wanted.first, end, [&](const Pane& at, std::string_view bytes) -> Result<void> {
          const WindowRange of = form_.hops->counting(at);
          const int64_t last = std::min(wanted.last, of.last);
          for (int64_t start = std::max(wanted.first, of.first); start <= last;
               start += form_.hops->every())
            if (auto added = add(windows, start, bytes); !added) return added;
          return {};
        });
    if (!done) return done.error();
    std::vector<Found> all;
    all.reserve(windows.size());
    for (auto& [start, row] : windows) all.push_back({start, std::move(row)});
    return all;
  }

 private:
  Result<std::vector<Found>> sessions(const std::optional<int64_t>& moment) {
    std::vector<Found> all;
    for (; rows_.valid(); rows_.next()) {
      const std::string_view place = store::Partition::key_of_row(rows_);
      if (moment && start_of(place) > *moment) break;
      if (place.substr(kStartBytes) != key_) continue;
      auto row = reader_.read(rows_.value());
      if (!row) return row.error();
      if (!moment || row->last.value_or(*moment) >= *moment)
        all.push_back({start_of(place), std::move(*row)});
    }
    if (auto status = rows_.status(); !status) return status.error();
    return all;
  }

  Result<std::vector<Found>> whole(int64_t first, int64_t end) {
    std::vector<Found> all;
    auto done = visit(first, end, [&](const Pane& at, std::string_view bytes) -> Result<void> {
      auto row = reader_.read(bytes);
      if (!row) return row.error();
      all.push_back({at.begin, std::move(*row)});
      return {};
    });
    if (!done) return done.error();
    return all;
  }

  Result<void> add(std::map<int64_t, TableRow>& windows, int64_t start, std::string_view bytes) {
    const auto found = windows.find(start);
    if (found != windows.end()) return reader_.merge(found->second, bytes);
    auto row = reader_.read(bytes);
    if (!row) return row.error();
    windows.emplace(start, std::move(*row));
    return {};
  }

  // The rows of the key that lie from `first` on below `end`.
  template <class Visit>
  Result<void> visit(int64_t first, int64_t end, const Visit& take) {
    for (Pane at{first, 0}; seek(at, ""); ++at.skip) {
      at = stands_at();
      if (at.begin >= end) return {};
      if (seek(at, key_) && store::Partition::key_of_row(rows_) == place_)
        if (auto done = take(at, rows_.value()); !done) return done;
      if (!form_.panes) ++at.begin;
    }
    return rows_.status();
  }
  Pane stands_at() const {
    const std::string_view place = store::Partition::key_of_row(rows_);
    return {start_of(place), form_.panes ? skip_of(place) : 0};
  }
  bool seek(const Pane& at, std::string_view key) {
    place_.clear();
    append_start(at.begin, place_);
    if (form_.panes) append_skip(at.skip, place_);
    rows_.seek(store::Partition::row_key(place_.append(key)));
    return rows_.valid();
  }

  TableReader& reader_;
  const WindowForm& form_;
  const std::string_view key_;
  rocks::Iterator rows_;
  std::string place_;
};

// None: it is not one moment that is asked for, or there was no stream time yet.
Result<std::optional<int64_t>> moment_of(const WindowsAsked& asked, const store::Partition& in) {
  if (asked.which == Which::At) return std::optional(asked.ms);
  if (asked.which != Which::Current) return std::optional<int64_t>();
  const auto progress = in.progress();
  if (!progress) return progress.error();
  if (!*progress || !(*progress)->stream_time) return std::optional<int64_t>();
  return std::optional((*progress)->stream_time->time_since_epoch().count() - asked.ms);
}

// All, or the newest alone.
Result<void> show(TableReader& reader, std::string_view key, std::vector<Found>& found, bool all,
                  const std::function<void(const ShownRow&)>& tell) {
  ShownRow shown;
  if (!all) std::reverse(found.begin(), found.end());
  for (Found& one : found) {
    std::string place;
    append_start(one.start, place);
    auto visible = reader.show(place.append(key), std::move(one.row), shown);
    if (!visible) return visible.error();
    if (!*visible) continue;
    tell(shown);
    if (!all) break;
  }
  return {};
}

}  // namespace

Result<void> find_windows(TableReader& reader, const Readable& from, std::string_view key,
                          const WindowsAsked& asked,
                          const std::function<void(const ShownRow&)>& tell) {
  for (const auto& partition : from.rows) {
    const auto moment = moment_of(asked, *partition);
    if (!moment) return moment.error();
    if (asked.which == Which::Current && !*moment) continue;
    auto found = Search(reader, *partition, key).find(*moment);
    if (!found) return found.error();
    if (auto done = show(reader, key, *found, asked.which == Which::All, tell); !done) return done;
  }
  return {};
}

Result<void> find_windows_of(TableReader& reader, const store::Partition& in,
                             std::string_view place,
                             const std::function<void(const ShownRow&)>& tell) {
  const Pane pane{start_of(place), skip_of(place)};
  const std::string_view key = place.substr(kStartBytes + kSkipBytes);
  auto found = Search(reader, in, key).from_panes(reader.table().windows->hops->counting(pane));
  return found ? show(reader, key, *found, true, tell) : found.error();
}

}  // namespace streamworker::query
