#include "store/table_state.h"

#include <algorithm>

#include "base/format.h"
#include "store/changelog.h"
#include "store/tell_rows.h"

namespace streamworker::store {

namespace {

constexpr Duration kProgressAtMostEvery = std::chrono::seconds(1);

bool same_times(const Progress& a, const Progress& b) {
  return a.stream_time == b.stream_time && a.marks == b.marks && a.closed == b.closed;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1);
    lines.push_back(text.substr(0, text[end] == '\n' ? end : end + 1));
    text.remove_prefix(end + 1);
  }
  return lines;
}

// The lines that one has and the other has not.
std::string only_in(std::string_view one, std::string_view other) {
  std::string out;
  const auto others = lines_of(other);
  for (const std::string_view line : lines_of(one)) {
    if (std::find(others.begin(), others.end(), line) != others.end()) continue;
    if (!out.empty()) out += ", ";
    out.append(line);
  }
  return out.empty() ? "nothing else" : out;
}

std::string difference(std::string_view was, std::string_view now) {
  return fmt::format("it was `{}` and is `{}`", only_in(was, now), only_in(now, was));
}

}  // namespace

TableState::TableState(TablePlace place, std::shared_ptr<rocks::Budget> budget)
    : place_(std::move(place)), budget_(std::move(budget)) {}

Result<void> TableState::open() {
  if (partition_) return {};
  auto opened = Partition::open(place_.folder, budget_, place_.queue_time);
  if (!opened) return opened.error();
  partition_ = std::make_shared<Partition>(std::move(*opened));
  return {};
}

bool TableState::is_too_old(WallTime now) const {
  const auto& stored = partition_->stored();
  return stored && now - stored->written > place_.tombstones_stay / 2;
}

Result<void> TableState::loaded() {
  loaded_ = true;
  const auto& stored = partition_->stored();
  if (!stored) return {};
  progress_ = stored->progress;
  sent_progress_ = progress_;
  if (progress_.fingerprint.empty())
    return stop(fmt::format(
        "a reset of table {} has begun and did not end: stop the workers, and run `streamworker "
        "reset --table {}` again",
        place_.table, place_.table));
  if (progress_.fingerprint != place_.fingerprint)
    return stop(fmt::format(
        "the definition of table {} has changed, and its rows were made by the old one: {}. Set it "
        "back; or stop the workers and run `streamworker reset --table {}`, which builds it again "
        "from its source; or give the table a new name, and it is built beside the old one",
        place_.table, difference(progress_.fingerprint, place_.fingerprint), place_.table));
  for (const Position& input : progress_.inputs)
    if (input.at == place_.input) position_ = sent_position_ = input.offset;
  return {};
}

bool TableState::due(bool rows, Offset next, Duration now) const {
  if (rows || progress_.closed != sent_progress_.closed) return true;
  const bool moved = sent_position_ != next || !same_times(progress_, sent_progress_);
  return moved && now - written_ >= kProgressAtMostEvery;
}

// One for each state that begins with nothing: the time, and the partition.
std::string TableState::incarnation_for(WallTime now) const {
  return fmt::format("{}-{}", place_.input.partition, now.time_since_epoch().count());
}

Result<void> TableState::send(Producer& producer, std::vector<RowChange> rows, Offset next,
                              WallTime now) {
  rows_ = std::move(rows);
  progress_.inputs = {{place_.input, next}};
  progress_.fingerprint = place_.fingerprint;
  if (progress_.incarnation.empty()) progress_.incarnation = incarnation_for(now);
  const auto time = std::chrono::floor<std::chrono::milliseconds>(now);
  keys_.clear();
  std::vector<size_t> ends;
  ends.reserve(rows_.size());
  for (const RowChange& row : rows_) {
    append_row_key(row.key, keys_);
    ends.push_back(keys_.size());
  }
  const std::string progress = to_bytes(progress_);
  std::vector<OutRecord> records;
  records.reserve(rows_.size() + 1);
  size_t begin = 0;
  for (size_t i = 0; i < rows_.size(); begin = ends[i++])
    records.push_back({place_.changelog.partition, time,
                       std::string_view(keys_).substr(begin, ends[i] - begin), rows_[i].value});
  records.push_back({place_.changelog.partition, time, kProgressKey, progress});
  sent_ = true;
  return producer.produce(place_.changelog.topic, records);
}

Result<void> TableState::committed(const Producer& producer, WallTime wall, Duration now) {
  if (!sent_) return {};
  sent_ = false;
  written_ = now;
  sent_progress_ = progress_;
  position_ = sent_position_ = progress_.inputs.front().offset;
  const auto end = producer.end_of(place_.changelog);
  if (!end)
    return stop("the log does not say where the changelog " + place_.changelog.topic + " ends");
  auto written = partition_->write(rows_, {progress_, *end, wall}, left_);
  if (written) tell_rows(place_.tap, place_.changelog.partition, rows_);
  rows_.clear();
  left_.clear();
  return written;
}

}  // namespace streamworker::store
