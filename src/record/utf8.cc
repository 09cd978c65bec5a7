#include "record/utf8.h"

#include <cstdint>
#include <cstring>

namespace streamworker {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080U;

// How many bytes the character at `p` has, 0: none that is valid. `left` bytes may be read.
size_t character(const unsigned char* p, size_t left) {
  const auto follows = [&](size_t i, unsigned char low = 0x80, unsigned char high = 0xBF) {
    return i < left && p[i] >= low && p[i] <= high;
  };
  const unsigned char lead = p[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return follows(1) ? 2 : 0;
  if (lead < 0xF0) {
    const bool second = lead == 0xE0   ? follows(1, 0xA0)
                        : lead == 0xED ? follows(1, 0x80, 0x9F)
                                       : follows(1);
    return second && follows(2) ? 3 : 0;
  }
  if (lead > 0xF4) return 0;
  const bool second = lead == 0xF0   ? follows(1, 0x90)
                      : lead == 0xF4 ? follows(1, 0x80, 0x8F)
                                     : follows(1);
  return second && follows(2) && follows(3) ? 4 : 0;
}

}  // namespace

size_t valid_utf8_prefix(std::string_view text) {
  const size_t size = text.size();
  size_t at = 0;
  while (at < size) {
    uint64_t word = 0;
    if (at + 8 <= size) {
      std::memcpy(&word, text.data() + at, 8);
      if ((word & kHighBits) == 0) {
        at += 8;
        continue;
      }
    }
    // Up to the end of these 8 bytes one character at a time.
    for (const size_t end = at + 8; at < size && at < end;) {
      const auto* p = reinterpret_cast<const unsigned char*>(text.data() + at);
      const size_t bytes = character(p, size - at);
      if (bytes == 0) return at;
      at += bytes;
    }
  }
  return size;
}

}  // namespace streamworker
