// A RocksDB in a folder: a sorted map from bytes to bytes that survives a killed process.
//
// Each write goes to the write-ahead log before the call returns, without a sync: what was written
// survives kill -9, and after a power cut the database is as it was some moment before it. One
// column family; writes of one Batch are made together or not at all.
//
// Threads: any. A Batch and an Iterator belong to one thread each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rocks/batch.h"
#include "rocks/iterator.h"

namespace rocksdb {
class DB;
}

namespace streamworker::rocks {

struct Options {
  size_t write_buffer = 8UL << 20;  // bytes in memory before a file is written; at most two of them
  size_t block_cache = 4UL << 20;   // bytes of blocks read, indexes and filters included
  bool create = true;               // false: a folder without a database is an error
};

class Database {
 public:
  // Makes the folder and those above it. Retry: another process (or this one) has it open. Stop:
  // it cannot be made or is damaged; the message names the folder.
  static Result<Database> open(const std::string& path, const Options& options);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) = delete;

  // None: there is no such key.
  Result<std::optional<std::string>> get(std::string_view key) const;
  // An error leaves open whether the batch survives: opening the folder anew settles that.
  Result<void> write(const Batch& batch);
  // The keys from `begin` on that are below `end`; an empty `end`: to the last key.
  Iterator range(std::string_view begin, std::string_view end) const;
  // The keys that start with `prefix`.
  Iterator prefix(std::string_view prefix) const;
  // Gives the disk space of keys back that Batch::remove_range has removed, where whole files hold
  // nothing else. The rest goes when RocksDB next merges files. REQUIRES: the range is removed.
  Result<void> drop_files(std::string_view begin, std::string_view end);
  const std::string& path() const { return path_; }

 private:
  Database(std::string path, std::unique_ptr<rocksdb::DB> db);

  std::string path_;
  std::unique_ptr<rocksdb::DB> db_;
};

// The first key behind all that start with `prefix`; empty: there is none.
std::string end_of_prefix(std::string_view prefix);

}  // namespace streamworker::rocks
