#include "record/time_pattern.h"

#include <array>
#include <chrono>
#include <stdexcept>

namespace streamworker {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr size_t kShort = 3;  // letters of an abbreviated name

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool read_number(std::string_view& text, size_t most, int& value) {
  size_t n = 0;
  value = 0;
  for (; n < most && n < text.size() && is_digit(text[n]); ++n)
    value = value * 10 + (text[n] - '0');
  text.remove_prefix(n);
  return n > 0;
}

bool read_micros(std::string_view& text, int& micros) {
  int unit = 100'000;
  size_t n = 0;
  micros = 0;
  for (; n < text.size() && is_digit(text[n]); ++n, unit /= 10) micros += (text[n] - '0') * unit;
  text.remove_prefix(n);
  return n > 0;
}

template <size_t N>
bool read_name(std::string_view& text, const std::array<std::string_view, N>& names, bool whole,
               int& index) {
  for (size_t i = 0; i < N; ++i) {
    const std::string_view name = whole ? names[i] : names[i].substr(0, kShort);
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    index = static_cast<int>(i);
    return true;
  }
  return false;
}

bool read_zone(std::string_view& text, std::optional<int>& offset) {
  size_t n = 0;
  while (n < text.size() && (is_digit(text[n]) || text[n] == ':' || n == 0)) ++n;
  offset = read_offset(text.substr(0, n));
  text.remove_prefix(n);
  return offset.has_value();
}

int day_of_year(const Civil& civil) {
  const Civil first{.year = civil.year, .month = 1, .day = 1};
  return static_cast<int>(days_of(civil).value_or(0) - days_of(first).value_or(0)) + 1;
}

size_t weekday(const Civil& civil) {
  const std::chrono::sys_days day{std::chrono::days(static_cast<int>(days_of(civil).value_or(0)))};
  return std::chrono::weekday(day).c_encoding();
}

}  // namespace

struct TimePattern::Reading {
  Civil civil;
  bool afternoon = false;
  bool half_days = false;  // %I
  int day_of_year = 0;

  // Joins what stands in several directives. None: out of range.
  std::optional<Civil> done() const {
    Civil out = civil;
    if (half_days) {
      if (out.hour < 1 || out.hour > 12) return std::nullopt;
      out.hour = out.hour % 12 + (afternoon ? 12 : 0);
    }
    if (day_of_year > 0) {
      const Civil first{.year = out.year, .month = 1, .day = 1};
      const auto start = days_of(first);
      if (!start) return std::nullopt;
      const Civil day = civil_of((*start + day_of_year - 1) * kSecondsPerDay * kMicrosPerSecond);
      if (day.year != out.year) return std::nullopt;
      out.month = day.month;
      out.day = day.day;
    }
    return out;
  }
};

TimePattern::TimePattern(std::string_view pattern) {
  compile(pattern);
  if (!has("Yy") || !((has("mbB") && has("d")) || has("j")))
    throw std::invalid_argument("the pattern \"" + std::string(pattern) +
                                "\" does not name year, month and day");
}

void TimePattern::compile(std::string_view pattern) {
  const auto literal = [&](char c) {
    if (items_.empty() || items_.back().directive != 0) items_.emplace_back();
    items_.back().literal += c;
  };
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      literal(pattern[i]);
      continue;
    }
    const char directive = ++i < pattern.size() ? pattern[i] : ' ';
    switch (directive) {
      case '%':
        literal('%');
        break;
      case 'F':
        compile("%Y-%m-%d");
        break;
      case 'T':
        compile("%H:%M:%S");
        break;
      case 'R':
        compile("%H:%M");
        break;
      case 'D':
        compile("%m/%d/%y");
        break;
      default:
        if (std::string_view("YymbBdjHIpMSfzaA").find(directive) == std::string_view::npos)
          throw std::invalid_argument(std::string("unknown directive %") + directive);
        items_.push_back({directive, {}});
    }
  }
}

bool TimePattern::has(std::string_view directives) const {
  for (const Item& item : items_) {
    if (item.directive != 0 && directives.find(item.directive) != std::string_view::npos)
      return true;
  }
  return false;
}

bool TimePattern::read(const Item& item, std::string_view& text, Reading& reading) {
  Civil& civil = reading.civil;
  int index = 0;
  switch (item.directive) {
    case 'Y':
      return read_number(text, 4, civil.year);
    case 'y':
      if (!read_number(text, 2, civil.year)) return false;
      civil.year += civil.year < 69 ? 2000 : 1900;  // as POSIX has it
      return true;
    case 'm':
      return read_number(text, 2, civil.month);
    case 'b':
    case 'B':
      if (!read_name(text, kMonths, item.directive == 'B', index)) return false;
      civil.month = index + 1;
      return true;
    case 'd':
      return read_number(text, 2, civil.day);
    case 'j':
      return read_number(text, 3, reading.day_of_year) && reading.day_of_year > 0;
    case 'I':
      reading.half_days = true;
      [[fallthrough]];
    case 'H':
      return read_number(text, 2, civil.hour);
    case 'p':
      reading.afternoon = text.starts_with("PM") || text.starts_with("pm");
      if (!reading.afternoon && !text.starts_with("AM") && !text.starts_with("am")) return false;
      text.remove_prefix(2);
      return true;
    case 'M':
      return read_number(text, 2, civil.minute);
    case 'S':
      return read_number(text, 2, civil.second);
    case 'f':
      return read_micros(text, civil.micros);
    case 'z':
      return read_zone(text, civil.offset);
    case 'a':
    case 'A':
      return read_name(text, kDays, item.directive == 'A', index);
    default:
      if (!text.starts_with(item.literal)) return false;
      text.remove_prefix(item.literal.size());
      return true;
  }
}

std::optional<Civil> TimePattern::parse(std::string_view text) const {
  Reading reading;
  for (const Item& item : items_) {
    if (!read(item, text, reading)) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return reading.done();
}

void TimePattern::append(const Civil& civil, std::string& out) const {
  for (const Item& item : items_) {
    if (item.directive == 0) {
      out += item.literal;
    } else {
      write(item.directive, civil, out);
    }
  }
}

void TimePattern::write(char directive, const Civil& civil, std::string& out) {
  const auto month = static_cast<size_t>(civil.month - 1);
  switch (directive) {
    case 'Y':
      return append_padded(civil.year, 4, out);
    case 'y':
      return append_padded(civil.year % 100, 2, out);
    case 'm':
      return append_padded(civil.month, 2, out);
    case 'b':
      out += kMonths.at(month).substr(0, kShort);
      return;
    case 'B':
      out += kMonths.at(month);
      return;
    case 'd':
      return append_padded(civil.day, 2, out);
    case 'j':
      return append_padded(day_of_year(civil), 3, out);
    case 'H':
      return append_padded(civil.hour, 2, out);
    case 'I':
      return append_padded((civil.hour + 11) % 12 + 1, 2, out);
    case 'p':
      out += civil.hour < 12 ? "AM" : "PM";
      return;
    case 'M':
      return append_padded(civil.minute, 2, out);
    case 'S':
      return append_padded(civil.second, 2, out);
    case 'f':
      return append_padded(civil.micros, 6, out);
    case 'z':
      return append_offset(civil.offset.value_or(0), "", out);
    case 'a':
      out += kDays.at(weekday(civil)).substr(0, kShort);
      return;
    case 'A':
      out += kDays.at(weekday(civil));
      return;
    default:
      return;
  }
}

}  // namespace streamworker
