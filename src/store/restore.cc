#include "store/restore.h"

#include "store/changelog.h"

namespace streamworker::store {

Restore::Restore(Partition& partition, size_t piece)
    : partition_(partition),
      piece_(piece),
      start_(partition.stored() ? partition.stored()->changelog : 0),
      empty_(!partition.stored()) {}

Result<void> Restore::take(std::span<const Message> records) {
  for (const Message& message : records) {
    if (replaced_) return {};
    if (auto taken = take(message); !taken) return taken;
  }
  return {};
}

Result<void> Restore::take(const Message& message) {
  auto change = change_of(message);
  foreign_ = !change;
  if (!change) return change.error();
  if (change->progress) return take_progress(*change->value, message.offset + 1);
  rows_.add(change->key, change->value);
  open_ = true;
  ++records_;
  return empty_ && rows_.bytes() >= piece_ ? flush() : Result<void>();
}

// A changelog that was made anew, or belongs to another state, has nothing to do with these rows.
Result<void> Restore::check(const Progress& progress) const {
  if (empty_ || progress.incarnation == partition_.stored()->progress.incarnation) return {};
  return stop("it belongs to other state (incarnation " + progress.incarnation + ") than " +
              partition_.folder() + " (" + partition_.stored()->progress.incarnation + ")");
}

Result<void> Restore::take_progress(std::string_view bytes, Offset next) {
  auto progress = progress_of(bytes);
  foreign_ = !progress;
  if (!progress) return progress.error();
  replaced_ = !empty_ && replaces(*progress, partition_.stored()->progress.incarnation);
  if (replaced_) return {};
  auto fits = check(*progress);
  foreign_ = !fits;
  if (!fits) return fits;
  progress_ = std::move(*progress);
  committed_ = next;
  open_ = false;
  if (empty_) return {};
  auto written =
      partition_.write(rows_.in_order(), {*progress_, committed_, partition_.stored()->written});
  rows_.clear();
  return written;
}

Result<void> Restore::flush() {
  auto filled = partition_.fill(rows_.in_order());
  rows_.clear();
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
