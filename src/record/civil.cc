#include "record/civil.h"

#include <chrono>
#include <cstdlib>

namespace streamworker {
namespace {

bool read_two(const char* at, int& value) {
  const auto high = static_cast<unsigned>(at[0] - '0');
  const auto low = static_cast<unsigned>(at[1] - '0');
  value = static_cast<int>(high * 10 + low);
  return high < 10 && low < 10;
}

// ".123" → 123000, more than six digits are cut. The digits are taken from the text.
bool read_fraction(std::string_view& text, int& micros) {
  text.remove_prefix(1);
  int unit = 100'000;
  size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    micros += (text[digits] - '0') * unit;
    unit /= 10;
  }
  text.remove_prefix(digits);
  return digits > 0;
}

// Two digits, behind a colon if there must be one. They are taken from the text.
bool read_part(std::string_view& text, bool colon, int& part) {
  if (colon && text.front() != ':') return false;
  text.remove_prefix(colon ? 1 : 0);
  if (text.size() < 2 || !read_two(text.data(), part)) return false;
  text.remove_prefix(2);
  return true;
}

int64_t floor_divide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

}  // namespace

std::optional<int64_t> days_of(const Civil& civil) {
  const std::chrono::year_month_day date{std::chrono::year(civil.year),
                                         std::chrono::month(static_cast<unsigned>(civil.month)),
                                         std::chrono::day(static_cast<unsigned>(civil.day))};
  if (civil.year < 1 || civil.year > 9999 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<int64_t> local_micros(const Civil& civil) {
  const auto days = days_of(civil);
  if (!days || civil.hour > 23 || civil.minute > 59 || civil.second > 59) return std::nullopt;
  const int64_t seconds = *days * kSecondsPerDay + civil.hour * int64_t{3600} +
                          civil.minute * int64_t{60} + civil.second;
  return seconds * kMicrosPerSecond + civil.micros;
}

Civil civil_of(int64_t micros) {
  const int64_t seconds = floor_divide(micros, kMicrosPerSecond);
  const int64_t days = floor_divide(seconds, kSecondsPerDay);
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
  const int rest = static_cast<int>(seconds - days * kSecondsPerDay);
  Civil civil;
  civil.year = static_cast<int>(date.year());
  civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
  civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
  civil.hour = rest / 3600;
  civil.minute = rest / 60 % 60;
  civil.second = rest % 60;
  civil.micros = static_cast<int>(micros - seconds * kMicrosPerSecond);
  return civil;
}

bool read_iso_date(std::string_view text, Civil& civil) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  int century = 0;
  int year = 0;
  const char* at = text.data();
  if (!read_two(at, century) || !read_two(at + 2, year) || !read_two(at + 5, civil.month) ||
      !read_two(at + 8, civil.day))
    return false;
  civil.year = century * 100 + year;
  return true;
}

bool read_iso(std::string_view text, Civil& civil) {
  if (!read_iso_date(text, civil)) return false;
  if (text.size() == 10) return true;
  const char* at = text.data();
  if (text.size() < 19 || (at[10] != ' ' && at[10] != 'T' && at[10] != 't') || at[13] != ':' ||
      at[16] != ':' || !read_two(at + 11, civil.hour) || !read_two(at + 14, civil.minute) ||
      !read_two(at + 17, civil.second))
    return false;
  std::string_view rest = text.substr(19);
  if (!rest.empty() && rest.front() == '.' && !read_fraction(rest, civil.micros)) return false;
  if (rest.empty()) return true;
  civil.offset = read_offset(rest);
  return civil.offset.has_value();
}

std::optional<int> read_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const bool colons = text.size() > 2 && text[2] == ':';
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (!read_part(text, false, hours)) return std::nullopt;
  if (!text.empty() && !read_part(text, colons, minutes)) return std::nullopt;
  if (!text.empty() && !read_part(text, colons, seconds)) return std::nullopt;
  if (!text.empty() || hours > 23 || minutes > 59 || seconds > 59) return std::nullopt;
  return sign * (hours * 3600 + minutes * 60 + seconds);
}

void append_padded(int value, int width, std::string& out) {
  char digits[12];
  int n = 0;
  for (int rest = value; rest > 0 || n < width; rest /= 10)
    digits[n++] = static_cast<char>('0' + rest % 10);
  while (n > 0) out += digits[--n];
}

void append_iso_date(const Civil& civil, std::string& out) {
  append_padded(civil.year, 4, out);
  out += '-';
  append_padded(civil.month, 2, out);
  out += '-';
  append_padded(civil.day, 2, out);
}

void append_iso_time(const Civil& civil, std::string& out) {
  append_padded(civil.hour, 2, out);
  out += ':';
  append_padded(civil.minute, 2, out);
  out += ':';
  append_padded(civil.second, 2, out);
}

void append_offset(int seconds, std::string_view colon, std::string& out) {
  const int size = std::abs(seconds);
  out += seconds < 0 ? '-' : '+';
  append_padded(size / 3600, 2, out);
  out += colon;
  append_padded(size / 60 % 60, 2, out);
  if (size % 60 == 0) return;
  out += colon;
  append_padded(size % 60, 2, out);
}

}  // namespace streamworker
