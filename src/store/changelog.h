// What stands in a changelog topic: rows under their keys, and at the end of each commit one record
// of progress under a key of its own. Compaction keeps the newest of each.
//
// A key on the wire is one byte and the key: 1 a row's; 0, and nothing behind it, the progress. A
// row without value was deleted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "log/log.h"

namespace streamworker::store {

inline constexpr std::string_view kProgressKey{"\0", 1};
inline constexpr char kRowKey = '\1';

// Appends a row's key as it stands on the wire.
void append_row_key(std::string_view key, std::string& out);

struct Change {
  std::string_view key;                   // of a row
  std::optional<std::string_view> value;  // none: deleted
  bool progress = false;                  // it is no row: `value` is a Progress
};
// Stop: no changelog has such a record.
Result<Change> change_of(const Message& message);

}  // namespace streamworker::store
