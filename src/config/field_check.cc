// Do the keys of a field's long form go together?
#include <cmath>
#include <regex>
#include <stdexcept>

#include "base/format.h"
#include "config/fields.h"
#include "config/json_value.h"
#include "record/decimal.h"
#include "record/field_text.h"

namespace streamworker::config {

namespace {

bool is_number(Type type) {
  return type == Type::Int || type == Type::Double || type == Type::Decimal;
}

streamworker::Field field_of(const Field& field) {
  return {field.name, field.type, field.nullable, field.format, field.timezone};
}

double as_double(const Value& value) {
  if (value.kind() == Value::Kind::Decimal)
    return decimal_to_double(value.as_unscaled(), value.scale());
  if (value.kind() == Value::Kind::Int) return static_cast<double>(value.as_int());
  return value.as_double();
}

// Keys that have a meaning for some types only.
void check_keys(const Spot& spot, const Field& field) {
  const Type type = field.type.type;
  const std::string name = to_string(field.type);
  const auto refuse = [&](const char* key, const char* types) {
    if (spot.yaml.find(key) != nullptr)
      spot.problem_at(key,
                      fmt::format("has no meaning for the type {}; it is for {}", name, types));
  };
  if (!is_number(type)) {
    refuse("min", "int, double and decimal");
    refuse("max", "int, double and decimal");
  }
  if (type != Type::String && type != Type::Bytes) refuse("max_length", "string and bytes");
  if (type != Type::String) refuse("pattern", "string");
  if (type == Type::Json) refuse("enum", "all other types");
  if (type != Type::Timestamp && type != Type::Date) refuse("format", "timestamp and date");
  if (type != Type::Timestamp) refuse("timezone", "timestamp");
}

bool check_format(const Spot& spot, const Field& field) {
  try {
    if (field.type.type == Type::Timestamp) {
      (void)TimestampFormat(field.format == "iso" ? "" : field.format);
    } else if (field.type.type == Type::Date) {
      (void)DateFormat(field.format);
    }
  } catch (const std::invalid_argument& error) {
    spot.problem_at("format", error.what());
    return false;
  }
  try {
    (void)TimestampFormat("", field.timezone);
  } catch (const std::invalid_argument& error) {
    spot.problem_at("timezone", error.what());
    return false;
  }
  return true;
}

// In linear time, as records will be checked: no back references.
std::regex compile(const std::string& pattern) {
  return std::regex(pattern, std::regex::ECMAScript | std::regex_constants::__polynomial);
}

bool check_pattern(const Spot& spot, const std::string& pattern) {
  try {
    if (pattern.size() > 1000) {
      spot.problem_at("pattern", "longer than 1000 characters");
      return false;
    }
    (void)compile(pattern);
    return true;
  } catch (const std::regex_error& error) {
    const bool back = error.code() == std::regex_constants::error_complexity;
    const std::string why = back ? "back references such as \\1 cannot be used here" : error.what();
    spot.problem_at("pattern", "not a regular expression: " + why);
    return false;
  }
}

size_t length_of(const Value& value) {
  const std::string_view text = value.as_view();
  if (value.kind() == Value::Kind::Bytes) return text.size();
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// "" when the value keeps to the field's limits.
std::string against_limits(const Field& field, const Value& value) {
  if (is_number(field.type.type)) {
    if (field.min && as_double(value) < *field.min) return "is less than min";
    if (field.max && as_double(value) > *field.max) return "is more than max";
  }
  if (field.max_length && length_of(value) > static_cast<size_t>(*field.max_length))
    return "is longer than max_length";
  if (field.pattern && !std::regex_match(std::string(value.as_view()), compile(*field.pattern)))
    return "does not match the pattern";
  return "";
}

// A text of `key` as a value of the field's type.
void check_value(const Spot& spot, const Field& field, const char* key, const std::string& text) {
  const FieldText reader(field_of(field));
  Arena arena;
  const auto value = reader.parse(text, arena);
  if (!value) {
    spot.problem_at(
        key, fmt::format("{} is not {} {}", quote(text), field.type.type == Type::Int ? "an" : "a",
                         to_string(field.type)));
    return;
  }
  if (const std::string why = against_limits(field, *value); !why.empty())
    spot.problem_at(key, quote(text) + " " + why);
}

void check_default(const Spot& spot, const Field& field) {
  const auto* entry = spot.yaml.find("default");
  if (entry == nullptr) return;
  if (entry->value.kind == Yaml::Kind::Null) {
    if (!field.nullable) spot.problem_at("default", "null needs `nullable: true`");
    return;
  }
  const bool nested = entry->value.kind != Yaml::Kind::Scalar;
  if (nested && field.type.type != Type::Json)
    return spot.problem_at("default", "a list or a mapping is a default of the type json only");
  const std::string& text = *field.default_value;
  if (field.type.type != Type::Json)
    check_value(spot, field, "default", text);
  else if (!is_json(text))
    spot.problem_at("default",
                    quote(text) + " is not JSON; a text in it needs quotes of its own: '\"x\"'");
  const auto& all = field.one_of;
  if (!all.empty() && std::find(all.begin(), all.end(), text) == all.end())
    spot.problem_at("default", quote(text) + " is not in the enum");
}

}  // namespace

void check_field(const Spot& spot, const Field& field) {
  if (spot.yaml.find("max_length") != nullptr && *field.max_length < 1)
    return spot.problem_at("max_length", "must be at least 1");
  const size_t before = spot.reading.problems().size();
  check_keys(spot, field);
  if (field.min && field.max && *field.min > *field.max)
    spot.problem_at("min", "min is larger than max");
  const bool readable = check_format(spot, field);
  const bool matches = !field.pattern || check_pattern(spot, *field.pattern);
  if (!readable || !matches || spot.reading.problems().size() > before) return;
  for (const std::string& text : field.one_of) check_value(spot, field, "enum", text);
  check_default(spot, field);
}

}  // namespace streamworker::config
