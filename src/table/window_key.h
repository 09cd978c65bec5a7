// Where the row of a window lies: in the order (start of the window or pane, key).
//
//   start (8 bytes, big-endian, so that times before 1970 come first) · of panes: skip (2 bytes,
//   big-endian) · the key's text
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/ordered.h"
#include "window/hops.h"

namespace streamworker {

inline constexpr size_t kStartBytes = store::kOrderedBytes;
inline constexpr size_t kSkipBytes = 2;

inline void append_start(int64_t start, std::string& out) { store::append_ordered(start, out); }
inline int64_t start_of(std::string_view place) { return store::ordered_of(place); }
inline void append_skip(int64_t skip, std::string& out) {
  out += static_cast<char>(skip >> 8);
  out += static_cast<char>(skip);
}
inline int64_t skip_of(std::string_view place) {
  return static_cast<unsigned char>(place[kStartBytes]) << 8 |
         static_cast<unsigned char>(place[kStartBytes + 1]);
}

}  // namespace streamworker
