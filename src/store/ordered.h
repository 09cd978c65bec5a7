// A number in keys that are ordered by their bytes: eight of them, big-endian, so that those below
// 0 come first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace streamworker::store {

inline constexpr size_t kOrderedBytes = 8;

inline void append_ordered(int64_t number, std::string& out) {
  const uint64_t ordered = static_cast<uint64_t>(number) ^ (uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(ordered >> shift);
}
// REQUIRES: kOrderedBytes bytes, or more
inline int64_t ordered_of(std::string_view bytes) {
  uint64_t ordered = 0;
  for (size_t i = 0; i < kOrderedBytes; ++i)
    ordered = ordered << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<int64_t>(ordered ^ (uint64_t{1} << 63));
}

}  // namespace streamworker::store
