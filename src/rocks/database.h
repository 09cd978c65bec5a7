// A RocksDB in a folder: a sorted map from bytes to bytes that survives a killed process.
//
// Each write goes to the write-ahead log before the call returns, without a sync: what was written
// survives kill -9, and after a power cut the database is as it was some moment before it. One
// column family; writes of one Batch are made together or not at all.
//
// Threads: any. A Batch and an Iterator belong to one thread each.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rocks/batch.h"
#include "rocks/budget.h"
#include "rocks/iterator.h"
#include "rocks/sorted_file.h"

namespace rocksdb {
class DB;
class Snapshot;
class Status;
}  // namespace rocksdb

namespace streamworker::rocks {

struct Options {
  // Queue: appended to and removed from the front. Table: keys are changed and looked up; it is a
  // copy of something, so that calls which meet damage say Retry: it can be made anew.
  enum class Use { Queue, Table };
  Use use = Use::Queue;
  size_t write_buffer = 8UL << 20;  // bytes in memory before a file is written; at most two of them
  size_t block_cache = 4UL << 20;   // bytes of blocks read, indexes and filters included
  std::shared_ptr<Budget> budget = {};  // of several databases, in place of an own block cache
  bool create = true;                   // false: a folder without a database is an error
};

// A moment of a database: what is written later is not seen through it. It must be gone before the
// Database is. Any thread may read through it.
class Snapshot {
 public:
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  friend class Database;
  explicit Snapshot(rocksdb::DB& db);
  rocksdb::DB& db_;
  const rocksdb::Snapshot* at_;
};

class Database {
 public:
  // Makes the folder and those above it. Retry: another process (or this one) has it open. Stop:
  // it cannot be made or is damaged (then `damaged` is set); the message names the folder.
  static Result<Database> open(const std::string& path, const Options& options,
                               bool* damaged = nullptr);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) = delete;

  // None: there is no such key.
  Result<std::optional<std::string>> get(std::string_view key) const;
  // An error leaves open whether the batch survives: opening the folder anew settles that.
  Result<void> write(const Batch& batch);
  std::shared_ptr<const Snapshot> snapshot() const;
  // The keys from `begin` on that are below `end`; an empty `end`: to the last key. `at`: as they
  // were then; null: now.
  Iterator range(std::string_view begin, std::string_view end, const Snapshot* at = nullptr) const;
  // The keys that start with `prefix`.
  Iterator prefix(std::string_view prefix) const;
  // Gives the disk space of keys back that Batch::remove_range has removed, where whole files hold
  // nothing else. The rest goes when RocksDB next merges files. REQUIRES: the range is removed.
  Result<void> drop_files(std::string_view begin, std::string_view end);
  // Puts the keys of a file that SortedFile made over those that are there; the file is moved.
  Result<void> ingest(const std::string& file);
  // Reads every file and compares its checksums. Stop: damaged.
  Result<void> verify() const;
  // A call, also of an Iterator, met bytes that are not what was written. It stays so.
  bool damaged() const { return *damaged_; }
  const std::string& path() const { return path_; }

 private:
  Database(std::string path, Options::Use use, std::unique_ptr<rocksdb::DB> db);
  Error failed(const rocksdb::Status& status) const;

  std::string path_;
  Options::Use use_;
  std::shared_ptr<std::atomic<bool>> damaged_ = std::make_shared<std::atomic<bool>>(false);
  std::unique_ptr<rocksdb::DB> db_;
};

// Removes the database in this folder, and the folder where nothing else is in it. Retry: it is
// open.
Result<void> remove(const std::string& path);

// The first key behind all that start with `prefix`; empty: there is none.
std::string end_of_prefix(std::string_view prefix);

}  // namespace streamworker::rocks
