// Values as bytes, as they travel through repartition topics (see envelope.h).
//
// A value is one tag byte and its content, so that it says itself what it is:
//   0 null   1 int   2 double (8 bytes)   3 false   4 true   5 decimal (scale, then a number)
//   6 timestamp   7 date   8 uuid (16 bytes)   9 string   10 bytes   11 json (size, then as it is)
// Numbers are zigzag varints of 7 bits a byte, the low ones first; fixed sizes are little-endian.
// Bytes may come from anywhere: reading never goes out of bounds.
#pragma once

#include <string>
#include <string_view>

#include "record/value.h"

namespace streamworker {

void append_value(const Value& value, std::string& out);
// Takes one value off the front of `bytes`; its views are into them. False: there is none.
[[nodiscard]] bool take_value(std::string_view& bytes, Value& value);

void append_varint(uint64_t value, std::string& out);
[[nodiscard]] bool take_varint(std::string_view& bytes, uint64_t& value);

}  // namespace streamworker
