#include "codec/field_rules.h"

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "base/format.h"
#include "record/decimal.h"

namespace streamworker {
namespace {

std::optional<long double> number_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Int:
      return static_cast<long double>(value.as_int());
    case Value::Kind::Double:
      return value.as_double();
    case Value::Kind::Decimal:
      return decimal_to_double(value.as_unscaled(), value.scale());
    default:
      return std::nullopt;
  }
}

int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

}  // namespace

struct FieldRules::Pattern {
  std::string text;
  std::regex regex;
};

FieldRules::FieldRules(const config::Field& field, const FieldText& text, Arena& keep)
    : min_(field.min), max_(field.max), max_length_(field.max_length) {
  for (const std::string& allowed : field.one_of) {
    const auto value = text.parse(keep.copy(allowed), keep);
    if (!value)
      throw std::invalid_argument(
          fmt::format("\"{}\" is not a {}", allowed, to_string(field.type)));
    one_of_.push_back(*value);
    one_of_text_ += (one_of_text_.empty() ? "" : ", ") + allowed;
  }
  if (field.pattern) {
    try {
      // The matcher of this flag (libstdc++'s) follows all ways at once: no recursion by length.
      pattern_ = std::make_unique<const Pattern>(Pattern{
          *field.pattern,
          std::regex(*field.pattern, std::regex::ECMAScript | std::regex_constants::__polynomial)});
    } catch (const std::regex_error& error) {
      throw std::invalid_argument(
          fmt::format("bad pattern \"{}\": {}", *field.pattern, error.what()));
    }
  }
  any_ = !one_of_.empty() || min_ || max_ || max_length_ || pattern_;
}

FieldRules::~FieldRules() = default;
FieldRules::FieldRules(FieldRules&&) noexcept = default;

std::string FieldRules::broken_by(const Value& value) const {
  if (value.is_null()) return {};
  if (!one_of_.empty() && std::find(one_of_.begin(), one_of_.end(), value) == one_of_.end())
    return "is not one of " + one_of_text_;
  if (too_long(value)) return fmt::format("is longer than {}", *max_length_);
  if (pattern_ && value.kind() == Value::Kind::String) {
    const std::string_view text = value.as_view();
    if (!std::regex_match(text.begin(), text.end(), pattern_->regex))
      return fmt::format("does not match {}", pattern_->text);
  }
  return out_of_range(value);
}

std::string FieldRules::out_of_range(const Value& value) const {
  if (!min_ && !max_) return {};
  const auto number = number_of(value);
  if (min_ && number && *number < *min_) return fmt::format("is less than {}", *min_);
  if (max_ && number && *number > *max_) return fmt::format("is more than {}", *max_);
  return {};
}

bool FieldRules::too_long(const Value& value) const {
  if (!max_length_ || !value.is_view()) return false;
  const std::string_view view = value.as_view();
  if (static_cast<int64_t>(view.size()) <= *max_length_) return false;
  return value.kind() != Value::Kind::String || characters(view) > *max_length_;
}

}  // namespace streamworker
