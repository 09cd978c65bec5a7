// A walk over the keys of a range, in order, as they were when it was made.
//
// It pins the files that it was made over, deleted or not: keep it for one visit, not for ever. It
// must be gone before its Database is. One thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rocksdb {
class DB;
class Iterator;
class Slice;
class Snapshot;
}  // namespace rocksdb

namespace streamworker::rocks {

// Where damage of a database is noted. With `mends` whoever meets it is told Retry.
struct Damage {
  std::string path;
  std::shared_ptr<std::atomic<bool>> met;
  bool mends = false;
};

class Iterator {
 public:
  ~Iterator();
  Iterator(Iterator&&) noexcept;

  // To the first key of the range that is not below `key`.
  void seek(std::string_view key);
  // To the last key of the range.
  void seek_last();
  void next();
  // False: behind the range's end, or an error (ask `status`).
  bool valid() const;
  // REQUIRES: valid(). Until the next move.
  std::string_view key() const;
  std::string_view value() const;
  Result<void> status() const;

 private:
  friend class Database;
  struct Bounds;
  struct Range {
    std::string_view begin, end;
  };
  Iterator(rocksdb::DB& db, const rocksdb::Snapshot* at, Damage damage, const Range& range);

  std::unique_ptr<Bounds> bounds_;  // at one address: RocksDB points to it
  std::unique_ptr<rocksdb::Iterator> it_;
};

}  // namespace streamworker::rocks
