// How durations, counts, rates, sizes and times are written, for log, HTTP and command line alike.
// Every number carries its unit; the space between them is a plain one.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace streamworker {

// A length of time as it was configured, exact to the millisecond: "250 ms", "1.5 s", "30 s",
// "5 min", "1 h 30 min", "7 d". Zero is "0 s".
std::string format_duration(Duration duration);
// A length of time as it was measured: "0.4 ms", "12 ms", "0.5 s", "2.0 s", "41 s", "3 min 20 s".
std::string format_elapsed(Duration duration);
// Time left, as a clock shows it: "0:01", "12:05", "1:02:03".
std::string format_left(Duration duration);
// Digits in groups of three: "610 000".
std::string format_count(int64_t count);
// Per second: "0.4/s", "50/s", "412 k/s", "1.9 M/s".
std::string format_rate(double per_second);
// "100 B", "4.2 KiB", "512 MiB", "1.0 GiB".
std::string format_bytes(int64_t bytes);
// RFC 3339 in UTC with milliseconds, which are left out when zero: "2026-11-21T07:12:41.118Z".
// Years 0 to 9999; what lies outside is written as the nearest of these.
std::string format_time(WallTime at);
// The first bytes of a text in UTF-8, at most so many, whole characters, and "…" behind them; one
// that is short enough as it is.
std::string shortened(const std::string& text, size_t most);

}  // namespace streamworker
