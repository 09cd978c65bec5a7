#include "store/restore.h"

#include "store/changelog.h"

namespace streamworker::store {

namespace {

constexpr size_t kAround = 100;  // bytes of memory that a row takes beside its own

std::vector<RowChange> changes_of(const std::map<std::string, std::optional<std::string>>& rows) {
  std::vector<RowChange> out;
  out.reserve(rows.size());
  for (const auto& [key, value] : rows) out.push_back({key, value});
  return out;
}

}  // namespace

Restore::Restore(Partition& partition, size_t piece)
    : partition_(partition),
      piece_(piece),
      start_(partition.stored() ? partition.stored()->changelog : 0),
      empty_(!partition.stored()) {}

Result<void> Restore::take(std::span<const Message> records) {
  for (const Message& message : records)
    if (auto taken = take(message); !taken) return taken;
  return {};
}

Result<void> Restore::take(const Message& message) {
  auto change = change_of(message);
  if (!change) return change.error();
  if (change->progress) return take_progress(*change->value, message.offset + 1);
  auto& row = rows_[std::string(change->key)];
  row.reset();
  if (change->value) row = std::string(*change->value);
  bytes_ += change->key.size() + change->value.value_or("").size() + kAround;
  open_ = true;
  ++records_;
  return empty_ && bytes_ >= piece_ ? flush() : Result<void>();
}

// A changelog that was made anew, or belongs to another state, has nothing to do with these rows.
Result<void> Restore::check(const Progress& progress) const {
  if (empty_ || progress.incarnation == partition_.stored()->progress.incarnation) return {};
  return stop("the changelog belongs to other state (incarnation " + progress.incarnation +
              ") than " + partition_.folder() + " (" + partition_.stored()->progress.incarnation +
              ")");
}

Result<void> Restore::take_progress(std::string_view bytes, Offset next) {
  auto progress = progress_of(bytes);
  if (!progress) return progress.error();
  if (auto fits = check(*progress); !fits) return fits;
  progress_ = std::move(*progress);
  committed_ = next;
  open_ = false;
  if (empty_) return {};
  auto written =
      partition_.write(changes_of(rows_), {*progress_, committed_, partition_.stored()->written});
  rows_.clear();
  bytes_ = 0;
  return written;
}

Result<void> Restore::flush() {
  auto filled = partition_.fill(changes_of(rows_));
  rows_.clear();
  bytes_ = 0;
  return filled;
}

Result<void> Restore::finish(Offset end, WallTime now) {
  if (open_) return stop("the changelog ends within a commit: rows without their progress");
  if (!empty_ && !progress_) {
    // Nothing followed but what no reader gets.
    if (end <= start_) return {};
    return partition_.write({}, {partition_.stored()->progress, end, now});
  }
  if (empty_)
    if (auto flushed = flush(); !flushed) return flushed;
  if (!progress_) return {};
  return partition_.write({}, {*progress_, end, now});
}

}  // namespace streamworker::store
