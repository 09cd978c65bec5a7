#include "record/types.h"

#include <charconv>

namespace streamworker {
namespace {

constexpr std::string_view kDecimal = "decimal(";

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<uint8_t> parse_digits(std::string_view text) {
  uint8_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "10,3"
std::optional<FieldType> parse_decimal_type(std::string_view digits) {
  const size_t comma = digits.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto precision = parse_digits(trim(digits.substr(0, comma)));
  const auto scale = parse_digits(trim(digits.substr(comma + 1)));
  if (!precision || !scale || *precision < 1 || *precision > 38 || *scale > *precision)
    return std::nullopt;
  return FieldType{Type::Decimal, *precision, *scale};
}

}  // namespace

std::optional<FieldType> parse_type(std::string_view text) {
  if (text.starts_with(kDecimal) && text.ends_with(')'))
    return parse_decimal_type(text.substr(kDecimal.size(), text.size() - kDecimal.size() - 1));
  for (const Type type : {Type::String, Type::Int, Type::Double, Type::Bool, Type::Timestamp,
                          Type::Date, Type::Uuid, Type::Bytes, Type::Json}) {
    if (text == to_string(FieldType{type})) return FieldType{type};
  }
  return std::nullopt;
}

}  // namespace streamworker
