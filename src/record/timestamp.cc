#include "record/timestamp.h"

#include <stdexcept>

#include <date/tz.h>

#include "record/civil.h"
#include "record/decimal.h"
#include "record/time_pattern.h"

namespace streamworker {
namespace {

const date::time_zone* find_zone(std::string_view name) {
  if (name.empty() || name == "UTC" || name == "Z") return nullptr;
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {
    throw std::invalid_argument("unknown timezone \"" + std::string(name) + "\"");
  }
}

// Digits from a number form's unit to microseconds, none: the form is not a number.
std::optional<int> unit_digits(std::string_view format) {
  if (format == "unix") return 6;
  if (format == "unix_ms") return 3;
  if (format == "unix_us") return 0;
  return std::nullopt;
}

std::optional<int64_t> in_range(Int128 micros) {
  if (micros < kFirstMoment || micros > kLastMoment) return std::nullopt;
  return static_cast<int64_t>(micros);
}

// A number of units of 10^digits microseconds.
std::optional<int64_t> parse_units(std::string_view text, int digits, Rounding rounding) {
  const FieldType type{Type::Decimal, 38, static_cast<uint8_t>(digits)};
  const auto micros = parse_decimal(text, type, rounding);
  return micros ? in_range(*micros) : std::nullopt;
}

void append_units(int64_t micros, int digits, std::string& out) {
  append_decimal(micros, static_cast<uint8_t>(digits), out);
  if (digits == 0) return;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
}

void append_fraction(int micros, std::string& out) {
  if (micros == 0) return;
  out += '.';
  append_padded(micros, 6, out);
  while (out.back() == '0') out.pop_back();
}

// Local time in `zone` → UTC. Of two moments the earlier; within a gap, the gap's moment.
int64_t to_utc(int64_t local, const date::time_zone& zone) {
  const date::local_time<std::chrono::microseconds> time{std::chrono::microseconds(local)};
  return zone.to_sys(time, date::choose::earliest).time_since_epoch().count();
}

}  // namespace

TimestampFormat::TimestampFormat(std::string_view format, std::string_view zone)
    : zone_(find_zone(zone)) {
  if (const auto digits = unit_digits(format)) {
    digits_ = *digits + 1;
  } else if (!format.empty() && format != "iso") {
    pattern_ = std::make_shared<const TimePattern>(format);
  }
}

std::optional<int64_t> TimestampFormat::parse(std::string_view text) const {
  if (is_number()) return parse_number(text);
  Civil civil;
  if (pattern_) {
    const auto parsed = pattern_->parse(text);
    if (!parsed) return std::nullopt;
    civil = *parsed;
  } else if (!read_iso(text, civil)) {
    return std::nullopt;
  }
  const auto local = local_micros(civil);
  if (!local) return std::nullopt;
  if (civil.offset) return in_range(*local - *civil.offset * kMicrosPerSecond);
  if (zone_ == nullptr) return local;
  return in_range(to_utc(*local, *zone_));
}

std::optional<int64_t> TimestampFormat::parse_number(std::string_view text) const {
  if (is_number()) return parse_units(text, digits_ - 1, Rounding::Cut);
  if (pattern_) return std::nullopt;
  const auto millis = parse_decimal(text, {Type::Decimal, 18, 0});
  return millis ? in_range(*millis * 1000) : std::nullopt;
}

int64_t TimestampFormat::offset_at(int64_t seconds) const {
  if (zone_ == nullptr) return 0;
  const date::sys_seconds time{std::chrono::seconds(seconds)};
  return zone_->get_info(time).offset.count();
}

void TimestampFormat::append(int64_t micros, std::string& out) const {
  if (is_number()) return append_units(micros, digits_ - 1, out);
  // The offset at a moment's second; floor, so that it is right before the epoch too.
  const int64_t second = (micros - (micros < 0 ? kMicrosPerSecond - 1 : 0)) / kMicrosPerSecond;
  int64_t offset = offset_at(second);
  Int128 local = Int128{micros} + Int128{offset} * kMicrosPerSecond;
  if (!in_range(local)) {  // a local time without a four-digit year
    local = micros;
    offset = 0;
  }
  Civil civil = civil_of(static_cast<int64_t>(local));
  civil.offset = static_cast<int>(offset);
  if (pattern_) return pattern_->append(civil, out);
  append_iso_date(civil, out);
  out += ' ';
  append_iso_time(civil, out);
  append_fraction(civil.micros, out);
  if (zone_ != nullptr) append_offset(*civil.offset, ":", out);
}

DateFormat::DateFormat(std::string_view format) {
  if (format.empty() || format == "iso") return;
  if (unit_digits(format))
    throw std::invalid_argument("a date has no format " + std::string(format));
  pattern_ = std::make_shared<const TimePattern>(format);
}

std::optional<int64_t> DateFormat::parse(std::string_view text) const {
  if (pattern_) {
    const auto civil = pattern_->parse(text);
    return civil ? days_of(*civil) : std::nullopt;
  }
  Civil civil;
  if (text.size() != 10 || !read_iso_date(text, civil)) return std::nullopt;
  return days_of(civil);
}

void DateFormat::append(int64_t days, std::string& out) const {
  const Civil civil = civil_of(days * kSecondsPerDay * kMicrosPerSecond);
  if (pattern_) return pattern_->append(civil, out);
  append_iso_date(civil, out);
}

void append_sqlite_time(int64_t micros, std::string& out) {
  const Civil civil = civil_of(micros);
  append_iso_date(civil, out);
  out += ' ';
  append_iso_time(civil, out);
  out += '.';
  append_padded(civil.micros / 1000, 3, out);
}

}  // namespace streamworker
