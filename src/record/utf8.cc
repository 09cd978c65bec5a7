#include "record/utf8.h"

#include <cstdint>
#include <cstring>

namespace streamworker {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080U;

struct Second {
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

// What may follow a lead byte: no overlong form, no surrogate, nothing beyond U+10FFFF.
Second second_of(unsigned char lead) {
  switch (lead) {
    case 0xE0:
      return {0xA0, 0xBF};
    case 0xED:
      return {0x80, 0x9F};
    case 0xF0:
      return {0x90, 0xBF};
    case 0xF4:
      return {0x80, 0x8F};
    default:
      return {};
  }
}

size_t size_by_lead(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  return lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4);
}

// How many bytes the character at `p` has, 0: none that is valid. `left` bytes may be read.
size_t character(const unsigned char* p, size_t left) {
  const size_t size = size_by_lead(p[0]);
  if (size < 2) return size;
  if (size > left) return 0;
  const Second second = second_of(p[0]);
  if (p[1] < second.low || p[1] > second.high) return 0;
  for (size_t i = 2; i < size; ++i) {
    if ((p[i] & 0xC0U) != 0x80U) return 0;
  }
  return size;
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
