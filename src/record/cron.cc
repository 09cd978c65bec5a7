#include "record/cron.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <string>

#include <date/tz.h>

#include "base/format.h"
#include "record/civil.h"

namespace streamworker {
namespace {

// What is rarest, 29 February on a given weekday (`0 0 29 2 */7`), comes every 28 years, and after
// 40 where a century without a leap day lies between.
constexpr int64_t kHorizon = 40 * 366 + 2;

struct CronField {
  std::string_view name;
  int least;
  int most;
  std::string_view names;  // three letters each, for `least` and on
};
constexpr std::array<CronField, 5> kFields = {
    {{"minute", 0, 59, ""},
     {"hour", 0, 23, ""},
     {"day of month", 1, 31, ""},
     {"month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"},
     {"day of week", 0, 7, "SUNMONTUEWEDTHUFRISAT"}}};

[[noreturn]] void refuse(const CronField& field, std::string_view text) {
  throw std::invalid_argument(fmt::format(
      "\"{}\" is no {}: it is * or {} to {}, ranges like {}-{}, steps like */{}, and "
      "lists of these",
      text, field.name, field.least, field.most, field.least, field.most, field.least + 2));
}

int value_of(const CronField& field, std::string_view text) {
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size() &&
      value >= field.least && value <= field.most)
    return value;
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  const size_t at = upper.size() == 3 ? field.names.find(upper) : std::string_view::npos;
  if (at == std::string_view::npos || at % 3 != 0) refuse(field, text);
  return field.least + static_cast<int>(at / 3);
}

// One element of a list: `*`, `3`, `1-5`, each with `/2` behind it; a bit for each value.
uint64_t bits_of_element(const CronField& field, std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view range = text.substr(0, slash);
  int step = 1;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), step);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || step < 1 ||
        step > field.most + 1)
      refuse(field, text);
  }
  int from = field.least;
  int to = field.most;
  if (range != "*") {
    const size_t dash = range.find('-');
    from = value_of(field, range.substr(0, dash));
    if (dash != std::string_view::npos)
      to = value_of(field, range.substr(dash + 1));
    else if (slash == std::string_view::npos)
      to = from;
    if (to < from) refuse(field, text);
  }
  uint64_t bits = 0;
  for (int value = from; value <= to; value += step) bits |= uint64_t{1} << value;
  return bits;
}

uint64_t bits_of(const CronField& field, std::string_view text) {
  uint64_t bits = 0;
  for (std::string_view rest = text;;) {
    const size_t comma = rest.find(',');
    bits |= bits_of_element(field, rest.substr(0, comma));
    if (comma == std::string_view::npos) return bits;
    rest.remove_prefix(comma + 1);
  }
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t at = text.find_first_not_of(" \t"); at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(" \t", end);
  }
  return words;
}

bool has(uint64_t bits, int value) { return (bits >> value & 1) != 0; }

int64_t day_of(WallTime at) {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

WallTime wall(date::sys_seconds at) { return WallTime(at.time_since_epoch()); }

}  // namespace

Cron::Cron(std::string_view fields, std::string_view zone) {
  const auto words = words_of(fields);
  if (words.size() != kFields.size())
    throw std::invalid_argument(
        fmt::format("cron has 5 fields (minute, hour, day of month, month, day of week), here are "
                    "{}",
                    words.size()));
  const std::array<uint64_t*, 5> all = {&minutes_, &hours_, &days_, &months_, &weekdays_};
  for (size_t i = 0; i < all.size(); ++i) *all[i] = bits_of(kFields[i], words[i]);
  if (has(weekdays_, 7)) weekdays_ |= 1;
  every_hour_ = words[1].front() == '*';
  either_day_ = words[2].front() != '*' && words[4].front() != '*';
  if (!zone.empty() && zone != "UTC") {
    try {
      zone_ = date::locate_zone(std::string(zone));
    } catch (const std::runtime_error&) {
      throw std::invalid_argument(fmt::format("unknown timezone \"{}\"", zone));
    }
  }
  if (next(WallTime{}) == WallTime::max())
    throw std::invalid_argument(fmt::format("\"{}\" never comes", fields));
}

bool Cron::comes_on(int64_t day) const {
  const Civil date = civil_of(day * kSecondsPerDay * kMicrosPerSecond);
  if (!has(months_, date.month)) return false;
  const std::chrono::sys_days at{std::chrono::days(static_cast<int>(day))};
  const bool weekday = has(weekdays_, static_cast<int>(std::chrono::weekday(at).c_encoding()));
  const bool of_month = has(days_, date.day);
  return either_day_ ? weekday || of_month : weekday && of_month;
}

void Cron::add_moments(int64_t local_seconds, std::vector<WallTime>& out) const {
  if (zone_ == nullptr) {
    out.emplace_back(std::chrono::seconds(local_seconds));
    return;
  }
  const date::local_seconds local{std::chrono::seconds(local_seconds)};
  const date::local_info info = zone_->get_info(local);
  const auto with = [&](const date::sys_info& at) {
    return wall(date::sys_seconds(local.time_since_epoch() - at.offset));
  };
  if (info.result == date::local_info::nonexistent) {
    if (!every_hour_) out.push_back(wall(info.second.begin));
    return;
  }
  out.push_back(with(info.first));
  if (info.result == date::local_info::ambiguous && every_hour_) out.push_back(with(info.second));
}

std::vector<WallTime> Cron::moments_of(int64_t day) const {
  std::vector<WallTime> out;
  if (!comes_on(day)) return out;
  for (int hour = 0; hour < 24; ++hour) {
    if (!has(hours_, hour)) continue;
    for (int minute = 0; minute < 60; ++minute)
      if (has(minutes_, minute))
        add_moments(day * kSecondsPerDay + int64_t{hour} * 3600 + int64_t{minute} * 60, out);
  }
  std::sort(out.begin(), out.end());
  return out;
}

WallTime Cron::next(WallTime after) const {
  const int64_t today = day_of(after);
  // A local date is at most one off from UTC's.
  for (int64_t day = today - 1; day < today + kHorizon; ++day) {
    const auto moments = moments_of(day);
    const auto found = std::upper_bound(moments.begin(), moments.end(), after);
    if (found != moments.end()) return *found;
  }
  return WallTime::max();
}

WallTime Cron::latest(WallTime until) const {
  const int64_t today = day_of(until);
  for (int64_t day = today + 1; day > today - kHorizon; --day) {
    const auto moments = moments_of(day);
    const auto behind = std::upper_bound(moments.begin(), moments.end(), until);
    if (behind != moments.begin()) return *std::prev(behind);
  }
  return WallTime::min();
}

}  // namespace streamworker
