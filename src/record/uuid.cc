#include "record/uuid.h"

namespace streamworker {
namespace {

constexpr const char* kHex = "0123456789abcdef";

bool is_dash(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return -1;
}

}  // namespace

std::optional<Value> parse_uuid(std::string_view text) {
  if (text.size() != kUuidText) return std::nullopt;
  unsigned char bytes[16] = {};
  size_t byte = 0;
  for (size_t at = 0; at < kUuidText;) {
    if (is_dash(at)) {
      if (text[at++] != '-') return std::nullopt;
      continue;
    }
    const int high = hex_digit(text[at]);
    const int low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[byte++] = static_cast<unsigned char>(high * 16 + low);
    at += 2;
  }
  return Value::of_uuid(bytes);
}

void append_uuid(const unsigned char* bytes, std::string& out) {
  char text[kUuidText];
  size_t byte = 0;
  for (size_t at = 0; at < kUuidText;) {
    if (is_dash(at)) {
      text[at++] = '-';
      continue;
    }
    text[at++] = kHex[bytes[byte] >> 4];
    text[at++] = kHex[bytes[byte++] & 15];
  }
  out.append(text, kUuidText);
}

}  // namespace streamworker
