#include "record/cron.h"

#include <stdexcept>
#include <string>

#include "record/timestamp.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

WallTime at(const std::string& text) {
  const auto micros = TimestampFormat().parse(text);
  REQUIRE(micros);
  return WallTime(Duration(*micros));
}

std::string text(WallTime moment) {
  std::string out;
  TimestampFormat().append(moment.time_since_epoch().count(), out);
  return out;
}

// The next `count` moments, UTC.
std::string after(const Cron& cron, const std::string& start, int count) {
  std::string out;
  WallTime moment = at(start);
  for (int i = 0; i < count; ++i) {
    const WallTime before = moment;
    moment = cron.next(moment);
    // The way back, from the moment itself and from just before it.
    CHECK(cron.latest(moment) == moment);
    CHECK(cron.latest(moment - Duration(1)) <= before);
    out += (out.empty() ? "" : ", ") + text(moment);
  }
  return out;
}

std::string refused(const std::string& fields, const std::string& zone = "") {
  try {
    const Cron cron(fields, zone);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "fine";
}

TEST_CASE("fields of cron are numbers, ranges, steps, lists and names") {
  const std::string start = "2026-11-25 13:30:00";  // a Wednesday
  CHECK(after(Cron("0 * * * *"), start, 2) == "2026-11-25 14:00:00, 2026-11-25 15:00:00");
  CHECK(after(Cron("*/20 9-10 * * *"), start, 4) ==
        "2026-11-26 09:00:00, 2026-11-26 09:20:00, 2026-11-26 09:40:00, 2026-11-26 10:00:00");
  CHECK(after(Cron("5,50 0 1 jan,MAR *"), start, 3) ==
        "2027-01-01 00:05:00, 2027-01-01 00:50:00, 2027-03-01 00:05:00");
  CHECK(after(Cron("0 12 * * mon-fri/2"), start, 3) ==
        "2026-11-27 12:00:00, 2026-11-30 12:00:00, 2026-12-02 12:00:00");
  CHECK(after(Cron("0 0 * * 7"), start, 2) == "2026-11-29 00:00:00, 2026-12-06 00:00:00");
  CHECK(after(Cron("  0\t0  29 2 * "), start, 2) == "2028-02-29 00:00:00, 2032-02-29 00:00:00");
  CHECK(after(Cron("50/5 * * * *"), start, 2) == "2026-11-25 13:50:00, 2026-11-25 13:55:00");
  // A time that is a moment itself is not after itself.
  CHECK(after(Cron("30 13 * * *"), start, 1) == "2026-11-26 13:30:00");
  CHECK(Cron("30 13 * * *").latest(at(start)) == at(start));
  CHECK(text(Cron("0 0 29 2 *").latest(at(start))) == "2024-02-29 00:00:00");
}

TEST_CASE("what comes rarely is found however far it is") {
  // 1 February that is a Wednesday; 29 February that is a Sunday, over the year 2100.
  CHECK(after(Cron("0 0 */31 2 3"), "2026-11-25 13:30:00", 2) ==
        "2034-02-01 00:00:00, 2040-02-01 00:00:00");
  CHECK(after(Cron("0 0 */31 2 3"), "2096-01-01 00:00:00", 2) ==
        "2096-02-01 00:00:00, 2102-02-01 00:00:00");
  CHECK(after(Cron("0 0 29 2 */7"), "2060-03-01 00:00:00", 2) ==
        "2088-02-29 00:00:00, 2128-02-29 00:00:00");
}

TEST_CASE("of two restricted days either is enough") {
  CHECK(after(Cron("0 0 27 * mon"), "2026-11-25 13:30:00", 3) ==
        "2026-11-27 00:00:00, 2026-11-30 00:00:00, 2026-12-07 00:00:00");
}

TEST_CASE("clocks set forward: a time that they jump over comes at the jump") {
  // Berlin, 2026-03-29: 02:00 is 03:00, at 01:00 UTC.
  CHECK(after(Cron("30 2 * * *", "Europe/Berlin"), "2026-03-28 00:00:00", 3) ==
        "2026-03-28 01:30:00, 2026-03-29 01:00:00, 2026-03-30 00:30:00");
  // Every half an hour stays every half an hour.
  CHECK(after(Cron("*/30 * * * *", "Europe/Berlin"), "2026-03-29 00:20:00", 3) ==
        "2026-03-29 00:30:00, 2026-03-29 01:00:00, 2026-03-29 01:30:00");
}

TEST_CASE("clocks set back: a time that they show twice comes once, or each time with every hour") {
  // Berlin, 2026-10-25: 03:00 is 02:00, at 01:00 UTC.
  CHECK(after(Cron("30 2 * * *", "Europe/Berlin"), "2026-10-24 12:00:00", 2) ==
        "2026-10-25 00:30:00, 2026-10-26 01:30:00");
  CHECK(after(Cron("30 * * * *", "Europe/Berlin"), "2026-10-25 00:00:00", 3) ==
        "2026-10-25 00:30:00, 2026-10-25 01:30:00, 2026-10-25 02:30:00");
  CHECK(after(Cron("0 0 * * *", "America/New_York"), "2026-11-25 13:30:00", 1) ==
        "2026-11-26 05:00:00");
  CHECK(after(Cron("0 0 * * *", "Pacific/Auckland"), "2026-11-25 13:30:00", 1) ==
        "2026-11-26 11:00:00");
}

TEST_CASE("what is no cron is refused in words") {
  CHECK(refused("0 * * *").find("here are 4") != std::string::npos);
  CHECK(refused("60 * * * *").find("\"60\" is no minute: it is * or 0 to 59") == 0);
  CHECK(refused("* 24 * * *").find("is no hour") != std::string::npos);
  CHECK(refused("* * 0 * *").find("is no day of month") != std::string::npos);
  CHECK(refused("* * * foo *").find("is no month") != std::string::npos);
  CHECK(refused("* * * anf *").find("is no month") != std::string::npos);
  for (const char* fields :
       {"*/0 * * * *", "5-1 * * * *", "1, * * * *", "- * * * *", "*/ * * * *", "1/x * * * *",
        "-1 * * * *", "* * * * 8", "*/61 * * * *", "* * */2147483647 * *", "* * 31/2147483647 * *"})
    CHECK(refused(fields) != "fine");
  CHECK(refused("*/60 */24 */32 */13 */8") == "fine");
  CHECK(refused("0 0 31 2 *") == "\"0 0 31 2 *\" never comes");
  CHECK(refused("0 0 * * *", "Europe/Nowhere") == "unknown timezone \"Europe/Nowhere\"");
}

}  // namespace
}  // namespace streamworker
