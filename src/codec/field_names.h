// Finds a field by its name, as fast as records of one make come: what followed a field in the last
// record is tried first, and only else is the name looked up. One thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace streamworker {

class FieldNames {
 public:
  static constexpr int32_t kUnknown = -1;

  // Distinct names, by slot.
  explicit FieldNames(std::vector<std::string> names);

  // The start of a record.
  void rewind() { last_ = 0; }
  // The slot of the next name in the record.
  int32_t find(std::string_view name) {
    int32_t slot = follower_[last_];
    if (slot == kUnknown || !same(names_[static_cast<size_t>(slot)], name)) {
      slot = look_up(name);
      if (slot == kUnknown) return slot;
      follower_[last_] = slot;
    }
    last_ = static_cast<size_t>(slot) + 1;
    return slot;
  }

 private:
  static bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
  }
  static size_t hash(std::string_view name);
  int32_t look_up(std::string_view name) const;

  std::vector<std::string> names_;
  std::vector<int32_t> follower_;  // of slot + 1; 0: of the start
  std::vector<int32_t> table_;     // open addressing, a power of two, at most half full
  size_t last_ = 0;
};

}  // namespace streamworker
