// The state of one aggregate in one row: 24 bytes in place, and a pointer to what has no fixed
// size. Some states take two slots (see AggregateState). Nothing but zeros is the state of nothing
// (of a fold, null; Aggregates::make_row says how it begins).
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "table/collections.h"
#include "table/distinct_count.h"
#include "table/tdigest.h"

namespace streamworker {

// What has no fixed size: the text of a value, or a state of many values.
using Held = std::variant<std::string, ValueList, ValueSet, TopValues, DistinctCount,
                          std::vector<uint64_t>, TDigest>;

class Slot {
 public:
  // All that is in place.
  struct Fixed {
    unsigned char bytes[24];
  };
  template <class T>
  T get(size_t at = 0) const {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(fixed_));
    T value;
    std::memcpy(&value, fixed_ + at, sizeof value);
    return value;
  }
  template <class T>
  void set(const T& value, size_t at = 0) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(fixed_));
    std::memcpy(fixed_ + at, &value, sizeof value);
  }

  // Null: there is none yet.
  template <class T>
  const T* held() const {
    return held_ ? std::get_if<T>(held_.get()) : nullptr;
  }
  // Made from `args` at first use.
  template <class T, class... Args>
  T& hold(Args&&... args) {
    if (!held_) held_ = std::make_unique<Held>(std::in_place_type<T>, std::forward<Args>(args)...);
    return *std::get_if<T>(held_.get());
  }
  // On the heap.
  size_t heap_bytes() const;

 private:
  alignas(8) unsigned char fixed_[24] = {};
  std::unique_ptr<Held> held_;
};
static_assert(sizeof(Slot) == 32);

inline size_t bytes_of(const std::string& text) { return text.capacity(); }
inline size_t bytes_of(const std::vector<uint64_t>& counts) {
  return counts.capacity() * sizeof(uint64_t);
}
template <class T>
size_t bytes_of(const T& held) {
  return held.heap_bytes();
}

inline size_t Slot::heap_bytes() const {
  if (!held_) return 0;
  return sizeof(Held) + std::visit([](const auto& held) { return bytes_of(held); }, *held_);
}

}  // namespace streamworker
