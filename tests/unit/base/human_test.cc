#include "base/human.h"

#include "unit/catch.h"

namespace streamworker {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_CASE("configured durations are exact") {
  CHECK(format_duration(Duration(0)) == "0 s");
  CHECK(format_duration(milliseconds(250)) == "250 ms");
  CHECK(format_duration(milliseconds(1500)) == "1.5 s");
  CHECK(format_duration(seconds(30)) == "30 s");
  CHECK(format_duration(minutes(5)) == "5 min");
  CHECK(format_duration(minutes(90)) == "1 h 30 min");
  CHECK(format_duration(hours(24 * 7)) == "7 d");
  CHECK(format_duration(seconds(-2)) == "-2 s");
}

TEST_CASE("measured durations have two digits or so") {
  CHECK(format_elapsed(Duration(420)) == "0.4 ms");
  CHECK(format_elapsed(milliseconds(12)) == "12 ms");
  CHECK(format_elapsed(milliseconds(503)) == "0.5 s");
  CHECK(format_elapsed(milliseconds(2011)) == "2.0 s");
  CHECK(format_elapsed(milliseconds(41200)) == "41 s");
  CHECK(format_elapsed(milliseconds(200400)) == "3 min 20 s");
  CHECK(format_elapsed(milliseconds(59700)) == "1 min");
}

TEST_CASE("time left rounds up") {
  CHECK(format_left(milliseconds(400)) == "0:01");
  CHECK(format_left(seconds(725)) == "12:05");
  CHECK(format_left(seconds(3723)) == "1:02:03");
  CHECK(format_left(seconds(-1)) == "0:00");
}

TEST_CASE("counts are grouped") {
  CHECK(format_count(0) == "0");
  CHECK(format_count(999) == "999");
  CHECK(format_count(1000) == "1 000");
  CHECK(format_count(610000) == "610 000");
  CHECK(format_count(-610000) == "-610 000");
  CHECK(format_count(-999) == "-999");
  CHECK(format_count(INT64_MIN) == "-9 223 372 036 854 775 808");
}

TEST_CASE("rates and sizes") {
  CHECK(format_rate(0) == "0/s");
  CHECK(format_rate(0.42) == "0.4/s");
  CHECK(format_rate(2) == "2/s");
  CHECK(format_rate(50.4) == "50/s");
  CHECK(format_rate(412345) == "412 k/s");
  CHECK(format_rate(1900000) == "1.9 M/s");
  CHECK(format_rate(999700) == "1.0 M/s");
  CHECK(format_bytes(100) == "100 B");
  CHECK(format_bytes(4300) == "4.2 KiB");
  CHECK(format_bytes(512LL << 20) == "512 MiB");
  CHECK(format_bytes(1LL << 30) == "1.0 GiB");
}

TEST_CASE("times are RFC 3339") {
  const WallTime at{seconds(1795245161)};
  CHECK(format_time(at) == "2026-11-21T07:12:41Z");
  CHECK(format_time(at + milliseconds(118)) == "2026-11-21T07:12:41.118Z");
  CHECK(format_time(WallTime(Duration(-1))) == "1969-12-31T23:59:59.999Z");
  CHECK(format_time(WallTime::max()) == "9999-12-31T23:59:59.999Z");
  CHECK(format_time(WallTime::min()) == "0000-01-01T00:00:00Z");
}

TEST_CASE("a text that is too long ends with a whole character") {
  CHECK(shortened("abc", 3) == "abc");
  CHECK(shortened("abcd", 3) == "abc…");
  CHECK(shortened("abä", 3) == "ab…");
  CHECK(shortened("abä", 4) == "abä");
  CHECK(shortened("ää", 3) == "ä…");
}

}  // namespace
}  // namespace streamworker
