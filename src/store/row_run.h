// Changes of rows as they come, in one run of memory, until they are handed on in the order of
// their keys. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/partition.h"

namespace streamworker::store {

class RowRun {
 public:
  // None: deleted. Both are copied.
  void add(std::string_view key, std::optional<std::string_view> value);
  // The last change of each key, keys ascending. Views until the next `add` or `clear`.
  std::vector<RowChange> in_order() const;
  // Memory that it takes, with what `in_order` makes of it.
  size_t bytes() const { return bytes_.size() + rows_.size() * kAround; }
  void clear();

 private:
  struct Row {
    size_t begin = 0;  // of the key in bytes_; the value follows
    uint32_t key = 0;  // their sizes
    uint32_t value = 0;
    bool deleted = false;
  };
  static constexpr size_t kAround = sizeof(Row) + 3 * sizeof(RowChange) / 2;

  std::string_view key_of(const Row& row) const {
    return std::string_view(bytes_).substr(row.begin, row.key);
  }

  std::string bytes_;
  std::vector<Row> rows_;
};

}  // namespace streamworker::store
