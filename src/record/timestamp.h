// Timestamps and dates as text, in the form in which a field is declared (DESIGN 1.1).
//
// Forms of `format`:
//   iso      `YYYY-MM-DD`, or that and `[ T]HH:MM:SS[.fraction][Z|±HH[[:]MM[[:]SS]]]`
//   unix, unix_ms, unix_us   a number since the epoch, fractions allowed
//   else a pattern as of strptime: %Y %m %d %H %M %S %f (fraction) %z (offset) %y %b %B %a %A %I %p
//   %j %F %T %R %D %%; everything else stands for itself. It must name year, month and day.
// A time without offset is in its zone (a name of the tz database; of two equal local times the
// earlier one). Digits beyond microseconds are cut. Years 0001 to 9999, each part in its range; no
// leap seconds, no 24:00.
//
// What is written reads back as the same moment: iso is `YYYY-MM-DD HH:MM:SS`, `.` and the fraction
// without its last zeros when there is one, and where the zone is not UTC its offset (`+02:00`;
// two moments may have one local time). A pattern writes what it names.
//
// Immutable: any thread. Reading never allocates; no locale.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;
}

namespace streamworker {

class TimePattern;

class TimestampFormat {
 public:
  // Empty: iso, UTC. Throws std::invalid_argument: an unknown timezone, a bad pattern.
  explicit TimestampFormat(std::string_view format = {}, std::string_view zone = {});

  // Are its values numbers (unix, unix_ms, unix_us)?
  bool is_number() const { return digits_ > 0; }
  // All of these: microseconds since the epoch, UTC; none: not in this form, or out of range.
  // A number form takes a number's text here.
  std::optional<int64_t> parse(std::string_view text) const;
  // A number's text as JSON has it. iso takes whole milliseconds; patterns take none.
  std::optional<int64_t> parse_number(std::string_view text) const;
  void append(int64_t micros, std::string& out) const;

 private:
  int64_t offset_at(int64_t seconds) const;

  int digits_ = 0;  // of a number form: seconds have 6 digits to microseconds, milliseconds 3; + 1
  std::shared_ptr<const TimePattern> pattern_;  // null: iso, or a number
  const date::time_zone* zone_ = nullptr;       // null: UTC
};

class DateFormat {
 public:
  // iso (`YYYY-MM-DD`) or a pattern; empty: iso. Throws std::invalid_argument.
  explicit DateFormat(std::string_view format = {});
  // Days since the epoch.
  std::optional<int64_t> parse(std::string_view text) const;
  void append(int64_t days, std::string& out) const;

 private:
  std::shared_ptr<const TimePattern> pattern_;  // null: iso
};

// `YYYY-MM-DD HH:MM:SS.SSS` in UTC: the form that SQLite's date functions speak.
void append_sqlite_time(int64_t micros, std::string& out);

}  // namespace streamworker
