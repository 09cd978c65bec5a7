// count_distinct: exact up to kExact different values, then an estimate (hyperloglog.h).
//
// What is kept are 64-bit hashes, not values, so that long strings cost no more than ints: 8 bytes
// each, 16 KiB from kExact + 1 on. Two of 1000 values have the same hash, and count as one, with a
// probability of 3e-14. The estimate is made of the same hashes, so the result does not depend on
// when one becomes the other, nor on the order of values and merges. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "table/hyperloglog.h"

namespace streamworker {

class DistinctCount {
 public:
  static constexpr size_t kExact = 1000;

  void add(uint64_t hash);
  void merge(const DistinctCount& from);
  uint64_t count() const;
  bool empty() const { return hashes_.empty() && !sketch_; }

  void append(std::string& out) const;
  // Takes one off the front. False: there is none.
  [[nodiscard]] bool read(std::string_view& bytes);
  size_t heap_bytes() const;

 private:
  std::vector<uint64_t> hashes_;         // ascending; empty once there is a sketch
  std::unique_ptr<HyperLogLog> sketch_;  // null: exact
};

}  // namespace streamworker
