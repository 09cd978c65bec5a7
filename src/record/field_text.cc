#include "record/field_text.h"

#include <charconv>
#include <cmath>

#include "record/base64.h"
#include "record/decimal.h"
#include "record/json_text.h"
#include "record/uuid.h"

namespace streamworker {
namespace {

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Value> parse_bool(std::string_view text) {
  if (text == "true") return Value::of_bool(true);
  if (text == "false") return Value::of_bool(false);
  return std::nullopt;
}

template <class T, class Make>
std::optional<Value> made(const std::optional<T>& parsed, Make make) {
  return parsed ? std::optional<Value>(make(*parsed)) : std::nullopt;
}

std::string_view date_format(const Field& field) {
  return field.type.type == Type::Date ? std::string_view(field.format) : std::string_view();
}

std::string_view time_format(const Field& field) {
  return field.type.type == Type::Date ? std::string_view() : std::string_view(field.format);
}

}  // namespace

std::optional<int64_t> parse_int(std::string_view text) { return parse_number<int64_t>(text); }

std::optional<double> parse_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  // Out of range: too large, or so small that it is 0.
  if (error != std::errc()) {
    const auto whole = parse_decimal(text, {Type::Decimal, 38, 0}, Rounding::Cut);
    return whole && *whole == 0 ? std::optional<double>(0.0) : std::nullopt;
  }
  return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

FieldText::FieldText(const Field& field)
    : type_(field.type),
      timestamp_(time_format(field), field.timezone),
      date_(date_format(field)) {}

bool FieldText::append_quoted(const Value& value, std::string& out) const {
  switch (value.kind()) {
    case Value::Kind::Timestamp:
      timestamp_.append(value.as_int(), out);
      return true;
    case Value::Kind::Date:
      date_.append(value.as_int(), out);
      return true;
    case Value::Kind::Uuid:
      append_uuid(value.as_uuid(), out);
      return true;
    case Value::Kind::Bytes:
      append_base64(value.as_view(), out);
      return true;
    default:
      return false;
  }
}

bool FieldText::append_json(const Value& value, std::string& out) const {
  switch (value.kind()) {
    case Value::Kind::Null:
      out += "null";
      return true;
    case Value::Kind::String:
      append_json_string(value.as_view(), out);
      return true;
    case Value::Kind::Timestamp:
      if (timestamp_.is_number()) break;
      [[fallthrough]];
    case Value::Kind::Date:
    case Value::Kind::Uuid:
    case Value::Kind::Bytes: {
      out += '"';
      append_quoted(value, out);
      out += '"';
      return true;
    }
    default:
      break;
  }
  return append_plain(value, out);
}

bool FieldText::append_plain(const Value& value, std::string& out) const {
  switch (value.kind()) {
    case Value::Kind::Null:
      return true;
    case Value::Kind::Int:
      append_int(value.as_int(), out);
      return true;
    case Value::Kind::Double:
      return append_double(value.as_double(), out);
    case Value::Kind::Bool:
      out += value.as_int() != 0 ? "true" : "false";
      return true;
    case Value::Kind::Decimal:
      append_decimal(value.as_unscaled(), value.scale(), out);
      return true;
    case Value::Kind::String:
    case Value::Kind::Json:
      out += value.as_view();
      return true;
    default:
      return append_quoted(value, out);
  }
}

std::optional<Value> FieldText::parse_timestamp(std::string_view text) const {
  auto micros = timestamp_.parse(text);
  if (!micros) micros = timestamp_.parse_number(text);
  return made(micros, Value::of_timestamp);
}

std::optional<Value> FieldText::parse(std::string_view text, Arena& arena) const {
  switch (type_.type) {
    case Type::Any:
    case Type::String:
      return Value::of_string(text);
    case Type::Json:
      return Value::of_json(text);
    case Type::Int:
      return made(parse_int(text), Value::of_int);
    case Type::Double:
      return made(parse_double(text), Value::of_double);
    case Type::Bool:
      return parse_bool(text);
    case Type::Decimal:
      return made(parse_decimal(text, type_),
                  [&](Int128 unscaled) { return Value::of_decimal(unscaled, type_.scale); });
    case Type::Timestamp:
      return parse_timestamp(text);
    case Type::Date:
      return made(date_.parse(text), Value::of_date);
    case Type::Uuid:
      return parse_uuid(text);
    case Type::Bytes:
      return made(decode_base64(text, arena), Value::of_bytes);
  }
  return std::nullopt;
}

}  // namespace streamworker
