#include "sql/convert.h"

#include <array>
#include <cmath>
#include <cstring>

#include "base/format.h"
#include "record/civil.h"
#include "record/decimal.h"
#include "record/field_text.h"
#include "record/json_text.h"
#include "record/utf8.h"
#include "record/uuid.h"

namespace streamworker::sql {
namespace {

using Kind = Value::Kind;

bool is_text(const Value& value) {
  return value.kind() == Kind::String || value.kind() == Kind::Json;
}
bool is_integer(const Value& value) {
  return value.kind() == Kind::Int || value.kind() == Kind::Bool;
}

const FieldText& plain_text() {
  static const FieldText any{Field{"", FieldType{Type::Any}}};
  return any;
}

std::optional<Value> to_text(const Value& value, Arena& arena) {
  if (is_text(value)) return Value::of_string(value.as_view());
  if (value.kind() == Kind::Bytes) {
    if (!is_utf8(value.as_view())) return std::nullopt;
    return Value::of_string(value.as_view());
  }
  std::string text;
  if (value.kind() == Kind::Timestamp) {
    append_sqlite_time(value.as_int(), text);
  } else if (!plain_text().append_plain(value, text)) {
    return std::nullopt;
  }
  return Value::of_string(arena.copy(text));
}

// The integer that a double is. None: it has a fraction, or 64 bits are too few.
std::optional<int64_t> whole(double value) {
  constexpr double limit = 9223372036854775808.0;
  if (!(value >= -limit && value < limit) || std::trunc(value) != value) return std::nullopt;
  return static_cast<int64_t>(value);
}

std::optional<int64_t> integer_of(const Value& value) {
  if (is_integer(value)) return value.as_int();
  if (value.kind() == Kind::Double) return whole(value.as_double());
  if (is_text(value)) return parse_int(value.as_view());
  if (value.kind() != Kind::Decimal) return std::nullopt;
  const auto rescaled =
      rescale_decimal(value.as_unscaled(), value.scale(), FieldType{Type::Decimal, 38, 0});
  const auto as_int = rescaled ? static_cast<int64_t>(*rescaled) : 0;
  if (!rescaled || as_int != *rescaled) return std::nullopt;
  return as_int;
}

std::optional<Value> to_int(const Value& value) {
  const auto integer = integer_of(value);
  if (!integer) return std::nullopt;
  return Value::of_int(*integer);
}

std::optional<Value> to_bool(const Value& value) {
  if (is_text(value)) {
    if (value.as_view() == "true") return Value::of_bool(true);
    if (value.as_view() == "false") return Value::of_bool(false);
  }
  const auto integer = integer_of(value);
  if (!integer || (*integer != 0 && *integer != 1)) return std::nullopt;
  return Value::of_bool(*integer == 1);
}

std::optional<double> double_of(const Value& value) {
  if (is_integer(value)) return static_cast<double>(value.as_int());
  if (value.kind() == Kind::Double) return value.as_double();
  if (value.kind() == Kind::Decimal) return decimal_to_double(value.as_unscaled(), value.scale());
  return is_text(value) ? parse_double(value.as_view()) : std::nullopt;
}

std::optional<Value> to_double(const Value& value) {
  const auto number = double_of(value);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return Value::of_double(*number);
}

std::optional<Int128> unscaled_of(const Value& value, FieldType type) {
  if (is_integer(value)) return rescale_decimal(value.as_int(), 0, type, Rounding::Round);
  if (value.kind() == Kind::Double) return decimal_from_double(value.as_double(), type);
  if (value.kind() == Kind::Decimal)
    return rescale_decimal(value.as_unscaled(), value.scale(), type, Rounding::Round);
  return is_text(value) ? parse_decimal(value.as_view(), type, Rounding::Round) : std::nullopt;
}

std::optional<Value> to_decimal(const Value& value, FieldType type) {
  const auto unscaled = unscaled_of(value, type);
  if (!unscaled) return std::nullopt;
  return Value::of_decimal(*unscaled, type.scale);
}

std::optional<int64_t> micros_of(const Value& value) {
  constexpr int64_t micros_per_day = kSecondsPerDay * kMicrosPerSecond;
  static const TimestampFormat iso;
  if (value.kind() == Kind::Timestamp) return value.as_int();
  if (value.kind() == Kind::Date) return value.as_int() * micros_per_day;
  if (is_text(value)) return iso.parse(value.as_view());
  const auto millis = value.kind() == Kind::Bool ? std::nullopt : integer_of(value);
  if (!millis || *millis < kFirstMoment / 1000 || *millis > kLastMoment / 1000) return std::nullopt;
  return *millis * 1000;
}

std::optional<Value> to_timestamp(const Value& value) {
  const auto micros = micros_of(value);
  if (!micros) return std::nullopt;
  return Value::of_timestamp(*micros);
}

std::optional<Value> to_date(const Value& value) {
  if (value.kind() != Kind::Timestamp && value.kind() != Kind::Date && !is_text(value))
    return std::nullopt;
  const auto micros = micros_of(value);
  const auto days = micros ? days_of(civil_of(*micros)) : std::nullopt;
  if (!days) return std::nullopt;
  return Value::of_date(*days);
}

std::optional<Value> to_uuid(const Value& value) {
  if (value.kind() == Kind::Uuid) return value;
  if (is_text(value)) return parse_uuid(value.as_view());
  unsigned char bytes[16];
  if (value.kind() != Kind::Bytes || value.as_view().size() != sizeof bytes) return std::nullopt;
  std::memcpy(bytes, value.as_view().data(), sizeof bytes);
  return Value::of_uuid(bytes);
}

std::optional<Value> to_bytes(const Value& value) {
  if (!value.is_view()) return std::nullopt;
  return Value::of_bytes(value.as_view());
}

std::optional<Value> to_json(const Value& value, Arena& arena) {
  if (is_text(value)) return Value::of_json(value.as_view());
  std::string text;
  if (value.kind() == Kind::Bytes || !plain_text().append_json(value, text)) return std::nullopt;
  return Value::of_json(arena.copy(text));
}

}  // namespace

std::optional<Value> convert(const Value& value, FieldType type, Arena& arena) {
  switch (type.type) {
    case Type::Any:
      return value;
    case Type::String:
      return to_text(value, arena);
    case Type::Int:
      return to_int(value);
    case Type::Double:
      return to_double(value);
    case Type::Bool:
      return to_bool(value);
    case Type::Decimal:
      return to_decimal(value, type);
    case Type::Timestamp:
      return to_timestamp(value);
    case Type::Date:
      return to_date(value);
    case Type::Uuid:
      return to_uuid(value);
    case Type::Bytes:
      return to_bytes(value);
    case Type::Json:
      return to_json(value, arena);
  }
  return std::nullopt;
}

std::string describe(const Value& value) {
  constexpr size_t shown = 60;
  if (value.is_null()) return "null";
  if (value.kind() == Kind::Bytes) return fmt::format("a blob of {} bytes", value.as_view().size());
  if (is_text(value) && value.as_view().size() > shown)
    return fmt::format("a text of {} bytes", value.as_view().size());
  std::string text;
  if (!plain_text().append_json(value, text)) return "an infinite number";
  return text;
}

}  // namespace streamworker::sql
