// The one place that changes offsets: commits, appends without a transaction, deletions.
//
// A commit is one RocksDB batch of records and group offsets; the records get their offsets there,
// and readers see them once it is written. One at a time, in the order of the calls. After a failed
// write nothing more is written: whether that batch survives is known when the log is opened anew.
//
// Threads: any.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "log/embedded/group.h"
#include "log/embedded/signal.h"
#include "log/embedded/topics.h"
#include "log/embedded/transaction.h"
#include "log/log.h"
#include "rocks/database.h"

namespace streamworker::embedded {

struct ProducerId {
  std::string name;
  uint64_t epoch = 0;  // counts the producers of this name
};

// The offsets of a group, as Producer::commit has them.
struct GroupOffsets {
  const std::vector<Committed>& offsets;
  const Membership& group;
};

class Writer {
 public:
  Writer(rocks::Database& database, Topics& topics, Signals& signals)
      : database_(database), topics_(topics), signals_(signals) {}

  // Fences all earlier producers of that name; a commit of theirs that is under way ends first.
  ProducerId start(const std::string& name);
  // Retry: the group has another generation now. Stop: fenced, or the disk refuses.
  Result<void> commit(const ProducerId& producer, const Transaction& records,
                      const GroupOffsets& offsets);
  Result<void> append(const Transaction& records);
  Result<void> delete_records(const std::vector<Position>& below);
  // Other records in place of old ones. False, and nothing is written: records were deleted since
  // the partition began at `start`.
  Result<bool> rewrite(const Partition& partition, Offset start, const rocks::Batch& batch);

 private:
  Result<void> add_offsets(const GroupOffsets& offsets, rocks::Batch& to) const;
  Result<void> add_deletion(const Position& below, rocks::Batch& to) const;
  Result<void> write_records(const Transaction& records, rocks::Batch& batch);
  Result<void> write(const rocks::Batch& batch);

  rocks::Database& database_;
  Topics& topics_;
  Signals& signals_;
  std::mutex mutex_;
  std::map<std::string, uint64_t> epochs_;
  std::optional<Error> broken_;
};

}  // namespace streamworker::embedded
