#include "record/row_format.h"

#include <bit>
#include <cstring>

#include "record/decimal.h"

namespace streamworker {
namespace {

static_assert(std::endian::native == std::endian::little, "fixed sizes are copied as they are");

enum class Tag : unsigned char {
  Null,
  Int,
  Double,
  False,
  True,
  Decimal,
  Timestamp,
  Date,
  Uuid,
  String,
  Bytes,
  Json
};

Tag tag_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null:
      return Tag::Null;
    case Value::Kind::Int:
      return Tag::Int;
    case Value::Kind::Double:
      return Tag::Double;
    case Value::Kind::Bool:
      return value.as_int() != 0 ? Tag::True : Tag::False;
    case Value::Kind::Decimal:
      return Tag::Decimal;
    case Value::Kind::Timestamp:
      return Tag::Timestamp;
    case Value::Kind::Date:
      return Tag::Date;
    case Value::Kind::Uuid:
      return Tag::Uuid;
    case Value::Kind::String:
      return Tag::String;
    case Value::Kind::Bytes:
      return Tag::Bytes;
    case Value::Kind::Json:
      return Tag::Json;
  }
  return Tag::Null;
}

using UInt128 = unsigned __int128;

template <class U>
void append_number(U value, std::string& out) {
  while (value >= 0x80) {
    out += static_cast<char>(static_cast<unsigned char>(value & 0x7F) | 0x80U);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

template <class U>
bool take_number(std::string_view& bytes, U& value) {
  value = 0;
  unsigned shift = 0;
  for (size_t i = 0; i < bytes.size() && shift < sizeof(U) * 8; ++i, shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const U part = byte & 0x7FU;
    if ((part << shift) >> shift != part) return false;  // beyond the type
    value |= part << shift;
    if (byte >= 0x80) continue;
    bytes.remove_prefix(i + 1);
    return true;
  }
  return false;
}

uint64_t zigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}
UInt128 zigzag(Int128 value) {
  return static_cast<UInt128>(value) << 1 ^ static_cast<UInt128>(value >> 127);
}
int64_t unzigzag(uint64_t value) { return static_cast<int64_t>(value >> 1 ^ (0 - (value & 1))); }
Int128 unzigzag(UInt128 value) { return static_cast<Int128>(value >> 1 ^ (0 - (value & 1))); }

bool take_fixed(std::string_view& bytes, void* to, size_t size) {
  if (bytes.size() < size) return false;
  std::memcpy(to, bytes.data(), size);
  bytes.remove_prefix(size);
  return true;
}

bool take_int(std::string_view& bytes, Value& value, Value (*make)(int64_t)) {
  uint64_t number = 0;
  if (!take_number(bytes, number)) return false;
  value = make(unzigzag(number));
  return true;
}

bool take_view(std::string_view& bytes, Value& value, Value (*make)(std::string_view)) {
  uint64_t size = 0;
  if (!take_number(bytes, size) || size > bytes.size()) return false;
  value = make(bytes.substr(0, size));
  bytes.remove_prefix(size);
  return true;
}

bool take_decimal(std::string_view& bytes, Value& value) {
  unsigned char scale = 0;
  UInt128 number = 0;
  if (!take_fixed(bytes, &scale, 1) || scale > 38 || !take_number(bytes, number)) return false;
  const Int128 unscaled = unzigzag(number);
  const Int128 limit = power_of_ten(38);
  if (unscaled >= limit || unscaled <= -limit) return false;
  value = Value::of_decimal(unscaled, scale);
  return true;
}

bool take_content(Tag tag, std::string_view& bytes, Value& value) {
  switch (tag) {
    case Tag::Null:
      value = Value();
      return true;
    case Tag::False:
      value = Value::of_bool(false);
      return true;
    case Tag::True:
      value = Value::of_bool(true);
      return true;
    case Tag::Int:
      return take_int(bytes, value, Value::of_int);
    case Tag::Timestamp:
      return take_int(bytes, value, Value::of_timestamp);
    case Tag::Date:
      return take_int(bytes, value, Value::of_date);
    case Tag::String:
      return take_view(bytes, value, Value::of_string);
    case Tag::Bytes:
      return take_view(bytes, value, Value::of_bytes);
    case Tag::Json:
      return take_view(bytes, value, Value::of_json);
    case Tag::Decimal:
      return take_decimal(bytes, value);
    case Tag::Double: {
      double number = 0;
      if (!take_fixed(bytes, &number, sizeof number)) return false;
      value = Value::of_double(number);
      return true;
    }
    case Tag::Uuid: {
      unsigned char uuid[16] = {};
      if (!take_fixed(bytes, uuid, sizeof uuid)) return false;
      value = Value::of_uuid(uuid);
      return true;
    }
  }
  return false;
}

}  // namespace

void append_varint(uint64_t value, std::string& out) { append_number(value, out); }
bool take_varint(std::string_view& bytes, uint64_t& value) { return take_number(bytes, value); }

void append_value(const Value& value, std::string& out) {
  out += static_cast<char>(tag_of(value));
  switch (value.kind()) {
    case Value::Kind::Int:
    case Value::Kind::Timestamp:
    case Value::Kind::Date:
      return append_number(zigzag(value.as_int()), out);
    case Value::Kind::Double: {
      const double number = value.as_double();
      char bytes[sizeof number];
      std::memcpy(bytes, &number, sizeof number);
      out.append(bytes, sizeof bytes);
      return;
    }
    case Value::Kind::Decimal:
      out += static_cast<char>(value.scale());
      return append_number(zigzag(value.as_unscaled()), out);
    case Value::Kind::Uuid:
      for (size_t i = 0; i < 16; ++i) out += static_cast<char>(value.as_uuid()[i]);
      return;
    case Value::Kind::String:
    case Value::Kind::Bytes:
    case Value::Kind::Json:
      append_number(uint64_t{value.as_view().size()}, out);
      out += value.as_view();
      return;
    default:
      return;
  }
}

bool take_value(std::string_view& bytes, Value& value) {
  if (bytes.empty()) return false;
  const auto tag = static_cast<Tag>(bytes.front());
  bytes.remove_prefix(1);
  return take_content(tag, bytes, value);
}

}  // namespace streamworker
