// Brings a partition to the end of its changelog (DESIGN 4.6): the tail, or everything.
//
// The caller reads the changelog as committed transactions left it, from `start` to the end that it
// asked for before, and hands the records over. A partition with rows takes each commit as a batch,
// as it was made. An empty one is filled with sorted pieces, and how far it goes is written last:
// killed before that, it is empty again. One thread.
#pragma once

#include <optional>
#include <span>

#include "store/partition.h"
#include "store/row_run.h"

namespace streamworker::store {

class Restore {
 public:
  // `piece`: memory for rows that are not on the disk yet.
  Restore(Partition& partition, size_t piece);

  // Where to read from.
  Offset start() const { return start_; }
  // The next records. Stop: what the changelog holds does not fit what the partition has.
  Result<void> take(std::span<const Message> records);
  // The table was reset since the partition's last commit: nothing more is taken. It is to be
  // cleared, and restored from the changelog's beginning.
  bool replaced() const { return replaced_; }
  // Why `take` failed: what the changelog holds is not of this partition's state, or of no table.
  bool foreign() const { return foreign_; }
  // Rows came whose commit has not come to its end yet.
  bool within_commit() const { return open_; }
  // All were taken, up to `end`. Stop: the changelog does not end with a commit.
  Result<void> finish(Offset end, WallTime now);
  // Rows and deletions taken.
  int64_t records() const { return records_; }

 private:
  Result<void> take(const Message& message);
  Result<void> take_progress(std::string_view bytes, Offset next);
  Result<void> check(const Progress& progress) const;
  Result<void> flush();

  Partition& partition_;
  const size_t piece_;
  const Offset start_;
  const bool empty_;
  RowRun rows_;                       // since the last flush
  std::optional<Progress> progress_;  // the last that was read
  Offset committed_ = 0;              // behind it
  bool open_ = false;                 // rows came after it
  bool replaced_ = false;
  bool foreign_ = false;
  int64_t records_ = 0;
};

}  // namespace streamworker::store
