// What RocksDB's types are to ours. Included by the .cc files of this folder only.
#pragma once

#include <string>
#include <string_view>

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include "base/result.h"
#include "rocks/iterator.h"

namespace streamworker::rocks {

inline rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// REQUIRES, of both: !status.ok(). Always names the folder.
Error error_of(const rocksdb::Status& status, const std::string& path);
// Of an open database: notes damage.
Error error_of(const rocksdb::Status& status, const Damage& damage);

}  // namespace streamworker::rocks
