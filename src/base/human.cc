#include "base/human.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "base/format.h"

namespace streamworker {
namespace {

using std::chrono::floor;

constexpr Duration kSecond = std::chrono::seconds(1);

// 0.0 to 9.9 with one digit, from there on whole.
std::string short_number(double value) {
  return fmt::format("{:.{}f}", value, std::abs(value) < 9.95 ? 1 : 0);
}

struct Unit {
  int64_t seconds;
  const char* name;
};
constexpr std::array<Unit, 4> kUnits{{{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}}};

}  // namespace

std::string format_duration(Duration duration) {
  if (duration < Duration::zero()) return "-" + format_duration(-duration);
  const auto millis = floor<std::chrono::milliseconds>(duration).count();
  if (millis > 0 && millis < 1000) return fmt::format("{} ms", millis);
  if (millis % 1000 != 0 && millis < 60000)
    return fmt::format("{} s", static_cast<double>(millis) / 1000);
  int64_t left = millis / 1000;
  std::string out;
  for (const auto& [seconds, name] : kUnits) {
    if (left < seconds) continue;
    if (!out.empty()) out += ' ';
    out += fmt::format("{} {}", left / seconds, name);
    left %= seconds;
  }
  return out.empty() ? "0 s" : out;
}

std::string format_elapsed(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds < 0.0995) return short_number(seconds * 1000) + " ms";
  if (seconds < 59.5) return short_number(seconds) + " s";
  return format_duration(std::chrono::round<std::chrono::seconds>(duration));
}

std::string format_left(Duration duration) {
  const auto seconds =
      std::chrono::ceil<std::chrono::seconds>(std::max(duration, Duration())).count();
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string format_count(int64_t count) {
  std::string out = fmt::format("{}", count);
  const ptrdiff_t sign = count < 0 ? 1 : 0;
  for (auto at = static_cast<ptrdiff_t>(out.size()) - 3; at > sign; at -= 3)
    out.insert(static_cast<size_t>(at), " ");
  return out;
}

std::string format_rate(double per_second) {
  if (per_second >= 999500) return short_number(per_second / 1e6) + " M/s";
  if (per_second >= 999.5) return short_number(per_second / 1e3) + " k/s";
  if (per_second > 0 && per_second < 9.95 && std::floor(per_second) != per_second)
    return short_number(per_second) + "/s";
  return fmt::format("{:.0f}/s", per_second);
}

std::string format_bytes(int64_t bytes) {
  constexpr std::array<const char*, 4> sizes{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes) / 1024;
  size_t size = 0;
  for (; value >= 1023.5 && size + 1 < sizes.size(); ++size) value /= 1024;
  return short_number(value) + " " + sizes[size];
}

std::string format_time(WallTime at) {
  using std::chrono::year;
  constexpr WallTime first{std::chrono::sys_days(year(0) / 1 / 1)};
  constexpr WallTime last{std::chrono::sys_days(year(10000) / 1 / 1) -
                          std::chrono::milliseconds(1)};
  at = std::clamp(at, first, last);
  const auto day = floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<std::chrono::milliseconds>(at - day));
  std::string out =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  time.hours().count(), time.minutes().count(), time.seconds().count());
  if (const auto millis = time.subseconds().count(); millis != 0)
    out += fmt::format(".{:03}", millis);
  return out + "Z";
}

std::string shortened(const std::string& text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

}  // namespace streamworker
