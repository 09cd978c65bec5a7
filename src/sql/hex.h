// Hexadecimal digits.
#pragma once

namespace streamworker::sql {

// -1: it is none. Either case.
inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace streamworker::sql
