#include "query/pane_rows.h"

#include <algorithm>

#include "table/window_key.h"

namespace streamworker::query {

PaneRows::PaneRows(const TableReader& reader, rocks::Iterator all, const Range& range)
    : reader_(reader),
      hops_(*reader.table().windows->hops),
      end_(range.end),
      disk_(std::move(all)) {
  std::string begin = range.begin;
  begin.resize(std::max(begin.size(), kStartBytes));  // with zeros: nothing is below them
  open(start_of(begin), std::string_view(begin).substr(kStartBytes));
}

bool PaneRows::valid() const { return !heads_.empty() && (end_.empty() || place_ < end_); }

bool PaneRows::seek(int64_t start, int64_t skip, std::string_view text) {
  std::string to;
  append_start(start, to);
  append_skip(skip, to);
  disk_.seek(store::Partition::row_key(to.append(text)));
  if (disk_.valid()) return true;
  if (auto status = disk_.status(); !status) status_ = std::move(status);
  return false;
}

// The first window from this one on that has rows; of this one those whose keys are not below.
void PaneRows::open(int64_t window, std::string_view text) {
  heads_.clear();
  while (heads_.empty() && seek(window, 0, "")) {
    const int64_t pane = start_of(store::Partition::key_of_row(disk_));
    window_ = std::max(window, hops_.containing(pane).first);
    take_panes(window_ == window ? text : "");
    window = window_ + hops_.every();
    text = "";
  }
  stand();
}

void PaneRows::take_panes(std::string_view text) {
  Pane pane{window_, 0};
  for (; seek(pane.begin, pane.skip, ""); ++pane.skip) {
    const std::string_view first = store::Partition::key_of_row(disk_);
    pane = {start_of(first), skip_of(first)};
    if (pane.begin >= hops_.end(window_)) return;
    if (window_ >= hops_.counting(pane).first) take(pane.begin, pane.skip, text);
  }
}

// The pane's first row whose key is not below.
void PaneRows::take(int64_t start, int64_t skip, std::string_view text) {
  if (!seek(start, skip, text)) return;
  const std::string_view place = store::Partition::key_of_row(disk_);
  if (start_of(place) != start || skip_of(place) != skip) return;
  heads_.emplace(Place(place.substr(kStartBytes + kSkipBytes), start, skip), disk_.value());
}

void PaneRows::stand() {
  place_.clear();
  if (heads_.empty()) return;
  append_start(window_, place_);
  place_ += std::get<0>(heads_.begin()->first);
}

Result<TableRow> PaneRows::row() const {
  if (!status_) return status_.error();
  auto head = heads_.begin();
  const std::string& text = std::get<0>(head->first);
  auto merged = reader_.read(head->second);
  while (merged && ++head != heads_.end() && std::get<0>(head->first) == text)
    if (auto done = reader_.merge(*merged, head->second); !done) return done.error();
  return merged;
}

void PaneRows::next() {
  const std::string text = std::get<0>(heads_.begin()->first);
  while (!heads_.empty() && std::get<0>(heads_.begin()->first) == text) {
    const auto [key, start, skip] = heads_.begin()->first;
    heads_.erase(heads_.begin());
    take(start, skip, text + '\0');
  }
  if (heads_.empty()) return open(window_ + hops_.every(), "");
  stand();
}

}  // namespace streamworker::query
