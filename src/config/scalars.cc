#include "config/scalars.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <thread>

#include "base/format.h"
#include "record/field_text.h"

namespace streamworker::config {

namespace {

struct Unit {
  std::string_view name;
  int64_t size;
};

constexpr std::array<Unit, 6> kTimes = {{{"d", 86'400'000'000},
                                         {"h", 3'600'000'000},
                                         {"m", 60'000'000},
                                         {"s", 1'000'000},
                                         {"ms", 1'000},
                                         {"us", 1}}};
constexpr std::array<Unit, 5> kSizes = {
    {{"TiB", 1LL << 40}, {"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}, {"B", 1}}};

// Digits and a unit, nothing between them but one blank at most.
template <size_t N>
bool parse_unit(std::string_view text, const std::array<Unit, N>& units, int64_t& value) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  for (const Unit& unit : units)
    if (unit.name == text) return !__builtin_mul_overflow(number, unit.size, &value);
  return false;
}

// In the largest unit that divides it.
template <size_t N>
std::string in_unit(int64_t value, const std::array<Unit, N>& units) {
  for (const Unit& unit : units)
    if (value != 0 && value % unit.size == 0)
      return fmt::format("{}{}", value / unit.size, unit.name);
  return "0s";
}

Tree string_schema(const std::string& pattern) {
  return Tree::map({{"type", Tree::of("string")}, {"pattern", Tree::of(pattern)}});
}

}  // namespace

bool Whole::from_text(const std::string& text, int64_t& value) const {
  const auto parsed = parse_int(text);
  if (!parsed || *parsed < min || *parsed > max) return false;
  value = *parsed;
  return true;
}

bool Whole::from_text(const std::string& text, int& value) const {
  int64_t wide = 0;
  if (!from_text(text, wide) || wide > std::numeric_limits<int>::max() ||
      wide < std::numeric_limits<int>::min())
    return false;
  value = static_cast<int>(wide);
  return true;
}

std::string Whole::expected() const {
  const bool low = min != std::numeric_limits<int64_t>::min();
  const bool high = max != std::numeric_limits<int64_t>::max();
  if (low && high) return fmt::format("a whole number from {} to {}", min, max);
  return low ? fmt::format("a whole number of at least {}", min) : "a whole number";
}

Tree Whole::schema() const {
  Tree out = Tree::map({{"type", Tree::of("integer")}});
  if (min != std::numeric_limits<int64_t>::min()) out.add("minimum", Tree::of(min));
  if (max != std::numeric_limits<int64_t>::max()) out.add("maximum", Tree::of(max));
  return out;
}

bool Number::from_text(const std::string& text, double& value) const {
  const auto parsed = parse_double(text);
  if (parsed) value = *parsed;
  return parsed.has_value();
}

bool Flag::from_text(const std::string& text, bool& value) const {
  value = text == "true";
  return value || text == "false";
}

bool Span::from_text(const std::string& text, Duration& value) const {
  int64_t micros = 0;
  if (!parse_unit(text, kTimes, micros) || Duration(micros) < min || Duration(micros) > max)
    return false;
  value = Duration(micros);
  return true;
}

std::string Span::expected() const {
  if (min == Span{}.min && max == Span{}.max) return "a duration like 30s or 500ms";
  const std::string most = in_unit(max.count(), kTimes);
  if (min == Span{}.min) return "a duration like 3s or 500ms, at most " + most;
  return fmt::format("a duration like 3s or 500ms, from {} to {}", in_unit(min.count(), kTimes),
                     most);
}

Tree Span::schema() const { return string_schema("^[0-9]+ ?(us|ms|s|m|h|d)$"); }
Tree Span::show(Duration value) const { return Tree::of(in_unit(value.count(), kTimes)); }

bool Size::from_text(const std::string& text, int64_t& value) const {
  int64_t bytes = 0;
  if (!parse_unit(text, kSizes, bytes) || bytes < min) return false;
  value = bytes;
  return true;
}

std::string Size::expected() const {
  std::string out = "a size like 512MiB or 2GiB";
  if (min > 1) out += ", at least " + in_unit(min, kSizes);
  return out;
}

Tree Size::schema() const { return string_schema("^[0-9]+ ?(B|KiB|MiB|GiB|TiB)$"); }
Tree Size::show(int64_t value) const { return Tree::of(in_unit(value, kSizes)); }

bool Rate::from_text(const std::string& text, double& value) const {
  const bool unit = text.size() > 2 && text.substr(text.size() - 2) == "/s";
  const auto parsed = parse_double(unit ? text.substr(0, text.size() - 2) : text);
  if (!parsed || *parsed < 0) return false;
  value = *parsed;
  return true;
}

Tree Rate::schema() const {
  return Tree::map({{"anyOf", Tree::list({Tree::map({{"type", Tree::of("number")}}),
                                          string_schema("^[0-9.]+/s$")})}});
}

Tree Rate::show(double value) const {
  return value == 0 ? Tree::of(int64_t{0}) : Tree::of(fmt::format("{}/s", value));
}

Choice<std::string> log_levels() {
  return {{{"debug", "debug"}, {"info", "info"}, {"warn", "warn"}, {"error", "error"}}};
}

bool TopicName::from_text(const std::string& text, std::string& value) const {
  const bool fits = !text.empty() && text.size() <= max && text != "." && text != "..";
  if (!fits || !std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
      }))
    return false;
  value = text;
  return true;
}

std::string TopicName::expected() const {
  return fmt::format("a name of letters, digits, \".\", \"_\" and \"-\" with at most {} characters",
                     max);
}

bool Words::from_text(const std::string& text, std::string& value) const {
  value = text;
  return text.find_first_not_of(" \t\r\n") != std::string::npos;
}

bool Threads::from_text(const std::string& text, int& value) const {
  if (text != "auto") return Whole{1, 256}.from_text(text, value);
  value = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 256U));
  return true;
}

Tree Threads::schema() const {
  return Tree::map(
      {{"anyOf", Tree::list({Whole{1, 256}.schema(), Tree::map({{"const", Tree::of("auto")}})})}});
}

bool is_name(const std::string& text) {
  if (text.empty() || text.size() > 100) return false;
  const auto first = static_cast<unsigned char>(text[0]);
  return (std::isalpha(first) != 0 || first == '_') &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

std::string expected_name() {
  return "a name of letters, digits, \"_\" and \"-\" that begins with a letter or \"_\", "
         "at most 100 characters";
}

}  // namespace streamworker::config
