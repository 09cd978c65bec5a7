#include "table/value_order.h"

#include <cmath>
#include <cstring>

namespace streamworker {
namespace {

template <class T>
int three_way(T a, T b) {
  if (a < b) return -1;
  return b < a ? 1 : 0;
}

bool is_number(Value::Kind kind) {
  return kind == Value::Kind::Int || kind == Value::Kind::Double || kind == Value::Kind::Bool;
}

// Exact: a long double holds every int and every double, here (80 bits) and on ARM (128).
static_assert(sizeof(long double) > sizeof(double));
long double number_of(const Value& value) {
  if (value.kind() == Value::Kind::Double) return value.as_double();
  return static_cast<long double>(value.as_int());
}

int compare_numbers(const Value& a, const Value& b) {
  if (a.kind() == Value::Kind::Double || b.kind() == Value::Kind::Double)
    return three_way(number_of(a), number_of(b));
  return three_way(a.as_int(), b.as_int());
}

uint64_t murmur64a(const void* key, size_t size, uint64_t seed) {
  constexpr uint64_t multiplier = 0xc6a4a7935bd1e995ULL;
  const auto scramble = [](uint64_t k) {
    k *= multiplier;
    k ^= k >> 47;
    return k * multiplier;
  };
  const auto* at = static_cast<const unsigned char*>(key);
  uint64_t h = seed ^ (size * multiplier);
  for (; size >= 8; at += 8, size -= 8) {
    uint64_t k = 0;
    std::memcpy(&k, at, 8);
    h = (h ^ scramble(k)) * multiplier;
  }
  if (size > 0) {
    uint64_t rest = 0;
    std::memcpy(&rest, at, size);
    h = (h ^ rest) * multiplier;
  }
  h ^= h >> 47;
  h *= multiplier;
  return h ^ h >> 47;
}

// Far apart: a short text and its seed are mixed by xor.
uint64_t seed_of(Value::Kind kind, uint64_t scale = 0) {
  return (static_cast<uint64_t>(kind) + 1 + scale * 256) * 0x9e3779b97f4a7c15ULL;
}

uint64_t hash_int(int64_t value, Value::Kind kind) {
  return murmur64a(&value, sizeof value, seed_of(kind));
}

// As the int that it equals, if any.
uint64_t hash_double(double value) {
  if (value >= -0x1p63 && value < 0x1p63 && std::trunc(value) == value)
    return hash_int(static_cast<int64_t>(value), Value::Kind::Int);
  return murmur64a(&value, sizeof value, seed_of(Value::Kind::Double));
}

}  // namespace

int compare(const Value& a, const Value& b) {
  if (is_number(a.kind()) && is_number(b.kind())) return compare_numbers(a, b);
  if (a.kind() != b.kind()) return three_way(a.kind(), b.kind());
  switch (a.kind()) {
    case Value::Kind::Decimal:
      if (a.scale() != b.scale()) return three_way(a.scale(), b.scale());
      return three_way(a.as_unscaled(), b.as_unscaled());
    case Value::Kind::Uuid:
      return std::memcmp(a.as_uuid(), b.as_uuid(), 16);
    case Value::Kind::String:
    case Value::Kind::Bytes:
    case Value::Kind::Json:
      return a.as_view().compare(b.as_view());
    default:
      return three_way(a.as_int(), b.as_int());
  }
}

uint64_t hash_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Double:
      return hash_double(value.as_double());
    case Value::Kind::Int:
    case Value::Kind::Bool:
      return hash_int(value.as_int(), Value::Kind::Int);
    case Value::Kind::Decimal: {
      const Int128 unscaled = value.as_unscaled();
      return murmur64a(&unscaled, sizeof unscaled, seed_of(value.kind(), value.scale()));
    }
    case Value::Kind::Uuid:
      return murmur64a(value.as_uuid(), 16, seed_of(value.kind()));
    case Value::Kind::String:
    case Value::Kind::Bytes:
    case Value::Kind::Json:
      return murmur64a(value.as_view().data(), value.as_view().size(), seed_of(value.kind()));
    default:
      return hash_int(value.as_int(), value.kind());
  }
}

}  // namespace streamworker
