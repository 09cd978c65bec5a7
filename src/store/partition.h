// The rows of one partition of a table on the disk, with the progress that they belong to.
//
// One RocksDB in a folder of its own. A commit is one batch: rows, progress, and how far the
// changelog goes that says the same. So what is there after a kill is what was there after some
// commit, and the changelog's tail brings it to the last one. It holds a copy: the changelog is the
// truth, and a folder that is damaged, or was half filled when the process was killed, is set aside
// or emptied and filled again.
//
// Of a table whose rows go after a while, a queue of them lies beside the rows: by time and key. It
// is made of the rows as they are written and filled, so that it needs no changelog of its own; a
// row that moved in it, or is gone, leaves its old place behind until somebody takes that away.
//
// The owner writes on one thread; `get`, `rows` and `progress` may be called by any.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rocks/database.h"
#include "store/progress.h"

namespace streamworker::store {

// As it is on the disk.
struct Stored {
  Progress progress;
  Offset changelog = 0;  // the first record of the changelog that is not in it
  WallTime written;      // when
};

struct RowChange {
  std::string_view key;
  std::optional<std::string_view> value;  // none: deleted
  bool queued = true;                     // its place in the queue may be a new one
};

// A row's place in the queue, as the row has it; none: it is in no queue.
using QueueTime = std::optional<int64_t> (*)(std::string_view row);
// What stands in the queue.
struct Queued {
  int64_t time = 0;  // ms since the epoch
  std::string key;
  auto operator<=>(const Queued&) const = default;
};

class Partition {
 public:
  // Makes the folder if need be. Rows without progress (the process was killed while it filled the
  // folder) are removed. A folder that is damaged, or in which damage was met when it was last
  // open, is renamed to `<folder>.damaged-<n>`, and an empty one takes its place: `set_aside` names
  // it then, and older ones are removed. Retry: another process has it open. Stop: it cannot be
  // made, or a newer streamworker wrote it. `queue_time`: null: there is no queue.
  static Result<Partition> open(const std::string& folder, std::shared_ptr<rocks::Budget> budget,
                                QueueTime queue_time = nullptr);
  // Notes in the folder that damage was met, for the next `open`.
  ~Partition();
  Partition(Partition&&) noexcept = default;
  Partition& operator=(Partition&&) = delete;

  // None: it is empty.
  const std::optional<Stored>& stored() const { return stored_; }
  const std::string& set_aside() const { return set_aside_; }
  // A call, also of an Iterator and on any thread, met damage and said Retry: the partition has to
  // be opened anew, and is filled from the changelog then.
  bool damaged() const { return database_->damaged(); }

  Result<std::optional<std::string>> get(std::string_view key) const;
  // Of the last commit, read from the disk; none: it is empty.
  Result<std::optional<Progress>> progress() const;
  // Keys as `key_of_row` has them; `begin` and `end` are row keys, an empty `end`: to the last row.
  // It stands at the first. `at`: as they were then; null: now.
  rocks::Iterator rows(std::string_view begin, std::string_view end,
                       const rocks::Snapshot* at = nullptr) const;
  std::shared_ptr<const rocks::Snapshot> snapshot() const { return database_->snapshot(); }
  // What to seek in `rows`.
  static std::string row_key(std::string_view key);
  static std::string_view key_of_row(const rocks::Iterator& at) { return at.key().substr(1); }

  // The queue from this place on; `queued` says what stands there.
  rocks::Iterator queue(const Queued& from) const;
  static Queued queued(const rocks::Iterator& at);

  // One commit, all or nothing. `left`: places in the queue that are to go.
  Result<void> write(const std::vector<RowChange>& rows, const Stored& then,
                     const std::vector<Queued>& left = {});

  // A piece of what fills an empty partition; keys ascend. Later pieces win over earlier ones.
  // Nothing counts until `write` says how far it goes.
  Result<void> fill(const std::vector<RowChange>& rows);
  // Every row and the progress go. The folder stays.
  Result<void> clear();
  const std::string& folder() const { return folder_; }

 private:
  Partition(std::string folder, rocks::Database database, QueueTime queue_time);
  static Result<Partition> open_anew(const std::string& folder,
                                     std::shared_ptr<rocks::Budget> budget, QueueTime queue_time);
  Result<std::optional<Stored>> read_stored() const;
  Result<void> load();
  std::optional<std::string> place_of(const RowChange& row) const;

  std::string folder_;
  std::string set_aside_;
  std::unique_ptr<rocks::Database> database_;
  QueueTime queue_time_;
  std::optional<Stored> stored_;
  int pieces_ = 0;
};

// Renames a damaged folder, and removes those that lie there from before: the newest is enough to
// look at, and the disk is not filled. Returns its new name.
Result<std::string> set_aside(const std::string& folder);

}  // namespace streamworker::store
