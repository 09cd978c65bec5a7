// The durable side of one partition of a table: its rows on the disk, its changelog, and how far
// both are (DESIGN 4.3 to 4.6).
//
//   open → a Restore brings the disk to the changelog's end → loaded → start_at, when it is new
//   for each commit: send → the transaction's commit → committed
//
// What `send` wrote counts once `committed` was called; when the commit failed, the whole object is
// thrown away, and the next one begins with what the changelog has. The owner's thread; `partition`
// may be shared with readers of other threads (partition.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "log/log.h"
#include "store/partition.h"
#include "tap/tap_point.h"

namespace streamworker::store {

struct TablePlace {
  std::string table;
  std::string folder;
  TopicPartition changelog;
  TopicPartition input;        // what its task reads
  std::string fingerprint;     // of the definition
  Duration tombstones_stay{};  // in the changelog
  QueueTime queue_time = nullptr;
  TapPoint* tap = nullptr;  // who is told of rows that were committed; null: nobody
};

class TableState {
 public:
  TableState(TablePlace place, std::shared_ptr<rocks::Budget> budget);

  // Retry: another process, or a task that is going, has the folder open. Stop as Partition::open.
  Result<void> open();
  const TablePlace& place() const { return place_; }
  const std::shared_ptr<Partition>& partition() const { return partition_; }
  // The last commit on the disk is so old that deletions may be gone from what follows in the
  // changelog: a half of `tombstones_stay`. If a record follows, all has to be filled again.
  bool is_too_old(WallTime now) const;
  // The disk has what the changelog has. Stop: it belongs to another definition of the table, or a
  // reset did not end.
  Result<void> loaded();
  bool is_loaded() const { return loaded_; }
  // The changelog says nothing, or a start was not told yet: the table is new.
  bool is_new() const { return loaded_ && !position_; }
  void start_at(Offset at) { position_ = at; }
  // The changelog has progress of it, or the open transaction does.
  bool is_told() const { return sent_position_ || sent_; }
  // Below it nothing has to be read for this table again. None: not loaded, or new.
  std::optional<Offset> position() const { return position_; }
  // Stream time, marks, closed windows: the table's steps change them. Inputs and the rest are
  // this class's.
  Progress& progress() { return progress_; }
  const Progress& progress() const { return progress_; }

  // There is something for `send`: rows, or else times and positions, at most once a second.
  bool due(bool rows, Offset next, Duration now) const;
  // To the changelog, in the open transaction; then `next` is the position. `rows` and what they
  // point to must stay until `committed`.
  Result<void> send(Producer& producer, std::vector<RowChange> rows, Offset next, WallTime now);
  // Places in the partition's queue that go with the next commit.
  void leave(const std::vector<Queued>& places) {
    left_.insert(left_.end(), places.begin(), places.end());
  }
  // The transaction went through; REQUIRES: `producer` is the one of `send`.
  Result<void> committed(const Producer& producer, WallTime wall, Duration now);

 private:
  std::string incarnation_for(WallTime now) const;

  TablePlace place_;
  std::shared_ptr<rocks::Budget> budget_;
  std::shared_ptr<Partition> partition_;
  bool loaded_ = false;
  Progress progress_;
  Progress sent_progress_;  // as the changelog has it
  std::optional<Offset> position_;
  std::optional<Offset> sent_position_;  // as the changelog has it
  bool sent_ = false;
  std::vector<RowChange> rows_;  // of the commit at hand
  std::string keys_;             // theirs, as they stand on the wire
  std::vector<Queued> left_;
  Duration written_{};  // steady: the last time that progress was
};

}  // namespace streamworker::store
