#include "record/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace streamworker {
namespace {

constexpr const char* kHex = "0123456789abcdef";

// 0: as it is, 'u': \u00XX, else the letter behind the backslash.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> escapes{};
  for (size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}();

void append_escape(unsigned char c, std::string& out) {
  out += '\\';
  out += kEscapes[c];
  if (kEscapes[c] != 'u') return;
  out += "00";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  size_t from = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (kEscapes[c] == 0) continue;
    out.append(text, from, at - from);
    append_escape(c, out);
    from = at + 1;
  }
  out.append(text, from, text.size() - from);
  out += '"';
}

void append_int(int64_t value, std::string& out) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

bool append_double(double value, std::string& out) {
  if (!std::isfinite(value)) return false;
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
  return true;
}

}  // namespace streamworker
