// A moment as a calendar shows it: the bridge between timestamps and their texts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace streamworker {

struct Civil {
  int year = 0;
  int month = 0;  // 1 to 12
  int day = 0;    // 1 to 31
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  std::optional<int> offset = {};  // seconds east of UTC; none: the text does not say
};

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
// 0001-01-01 00:00:00 and 9999-12-31 23:59:59.999999, UTC.
constexpr int64_t kFirstMoment = -62'135'596'800 * kMicrosPerSecond;
constexpr int64_t kLastMoment = 253'402'300'800 * kMicrosPerSecond - 1;

// Days since the epoch. None: a part is out of range.
std::optional<int64_t> days_of(const Civil& civil);
// Microseconds since the epoch as if it were UTC. None: a part is out of range.
std::optional<int64_t> local_micros(const Civil& civil);
// The other way; no offset.
Civil civil_of(int64_t micros);

// `YYYY-MM-DD`, at the start of the text. False: it is not there.
bool read_iso_date(std::string_view text, Civil& civil);
// All of the text.
bool read_iso(std::string_view text, Civil& civil);
// `Z`, `+02`, `+0200`, `+02:00`, `+02:00:30`: all of the text. None: it is not an offset.
std::optional<int> read_offset(std::string_view text);

// `value` with at least `width` digits.
void append_padded(int value, int width, std::string& out);
void append_iso_date(const Civil& civil, std::string& out);
void append_iso_time(const Civil& civil, std::string& out);
// `+02:00`, with seconds when there are any.
void append_offset(int seconds, std::string_view colon, std::string& out);

}  // namespace streamworker
