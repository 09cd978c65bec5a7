#include "testing/same.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/yaml_value.h"

namespace streamworker::testing {

namespace {

using config::Plain;
using config::Yaml;

constexpr double kTolerance = 1e-9;
constexpr size_t kDoubleDigits = 16;      // a double may be written with so many digits,
constexpr size_t kMostDoubleDigits = 17;  // and never with more

// A plain decimal, as its digits without zeros that say nothing.
struct Exact {
  bool negative = false;
  std::string whole;
  std::string fraction;
  bool operator==(const Exact&) const = default;
};

Exact exact_of(std::string_view text) {
  Exact out;
  out.negative = text.starts_with('-');
  if (out.negative) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  out.whole = std::string(text.substr(0, point));
  if (point < text.size()) out.fraction = std::string(text.substr(point + 1));
  while (!out.fraction.empty() && out.fraction.back() == '0') out.fraction.pop_back();
  out.whole.erase(0, std::min(out.whole.find_first_not_of('0'), out.whole.size()));
  if (out.whole.empty() && out.fraction.empty()) out.negative = false;
  return out;
}

bool may_be_double(const std::string& text) {
  if (text.find_first_of("eE") != std::string::npos) return true;
  if (text.find('.') == std::string::npos) return false;
  const Exact digits = exact_of(text);
  size_t count = digits.whole.size() + digits.fraction.size();
  if (digits.whole.empty())
    count -= std::min(digits.fraction.find_first_not_of('0'), digits.fraction.size());
  return count >= kDoubleDigits && count <= kMostDoubleDigits;
}

double double_of(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool same_number(const std::string& expected, const std::string& came) {
  if (!may_be_double(expected) && !may_be_double(came)) return exact_of(expected) == exact_of(came);
  const double a = double_of(expected);
  const double b = double_of(came);
  return std::abs(a - b) <= kTolerance * std::max(std::abs(a), std::abs(b));
}

bool same_scalar(const Yaml& expected, const Yaml& came) {
  const Plain kind = plain_of(expected);
  if (kind != plain_of(came)) return false;
  if (kind == Plain::Null) return true;
  return kind == Plain::Number ? same_number(expected.text, came.text) : expected.text == came.text;
}

bool is_scalar(const Yaml& value) {
  return value.kind == Yaml::Kind::Scalar || value.kind == Yaml::Kind::Null;
}

}  // namespace

bool same(const Yaml& expected, const Yaml& came) {
  if (is_scalar(expected) && is_scalar(came)) return same_scalar(expected, came);
  if (expected.kind != came.kind || expected.entries.size() != came.entries.size()) return false;
  for (const Yaml::Entry& entry : expected.entries) {
    const auto* other = came.find(entry.key);
    if (other == nullptr || !same(entry.value, other->value)) return false;
  }
  return std::equal(expected.items.begin(), expected.items.end(), came.items.begin(),
                    came.items.end(), same);
}

}  // namespace streamworker::testing
