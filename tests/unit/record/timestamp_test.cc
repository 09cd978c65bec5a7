#include "record/timestamp.h"

#include <random>
#include <stdexcept>

#include "record/civil.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

std::string text(const TimestampFormat& format, int64_t micros) {
  std::string out;
  format.append(micros, out);
  return out;
}

constexpr int64_t kSecond = 1'000'000;

}  // namespace

TEST_CASE("iso timestamps") {
  const TimestampFormat iso;
  CHECK(iso.parse("1970-01-01 00:00:00") == 0);
  CHECK(iso.parse("1970-01-02") == 86'400 * kSecond);
  CHECK(iso.parse("1969-12-31T23:59:59.5Z") == -kSecond / 2);
  CHECK(iso.parse("2020-04-08T18:07:32.1688783Z") == 1'586'369'252'168'878);
  CHECK(iso.parse("2020-04-08 18:07:32") == 1'586'369'252 * kSecond);
  CHECK(iso.parse("2020-04-08T20:07:32+02:00") == 1'586'369'252 * kSecond);
  CHECK(iso.parse("2020-04-08T20:07:32+0200") == 1'586'369'252 * kSecond);
  CHECK(iso.parse("2020-04-08T12:37:32-05:30") == 1'586'369'252 * kSecond);
  CHECK(iso.parse("2020-04-08T20:07:32+02") == 1'586'369'252 * kSecond);
  CHECK(iso.parse("2020-02-29") == 1'582'934'400 * kSecond);
  CHECK(iso.parse("0001-01-01 00:00:00") == kFirstMoment);
  CHECK(iso.parse("9999-12-31 23:59:59.9999999") == kLastMoment);
}

TEST_CASE("what is no iso timestamp") {
  const TimestampFormat iso;
  for (const char* bad : {"",
                          "2020",
                          "2020-04",
                          "2020-4-8",
                          "2020-04-08 ",
                          "2020-04-08 18:07",
                          "2020-04-08X18:07:32",
                          "2020-04-08 18:07:32.",
                          "2020-04-08 18:07:32,5",
                          "2020-13-01",
                          "2020-00-01",
                          "2020-04-31",
                          "2021-02-29",
                          "2020-04-08 24:00:00",
                          "2020-04-08 23:60:00",
                          "2020-04-08 23:59:60",
                          "0000-01-01",
                          "2020-04-08 18:07:32 UTC",
                          "2020-04-08 18:07:32+2",
                          "2020-04-08 18:07:32+02:",
                          "2020-04-08 18:07:32+24:00",
                          "2020-04-08 18:07:32+02:00:00:00",
                          "-020-04-08",
                          "2020-04-0a",
                          "0001-01-01 00:00:00+01:00",
                          "9999-12-31 23:59:59-00:01",
                          "2020-04-08 18:07:32ZZ",
                          "1586369252"})
    CHECK_FALSE(iso.parse(bad));
}

TEST_CASE("numbers as timestamps") {
  const TimestampFormat iso;
  CHECK(iso.parse_number("1500") == 1'500'000);
  CHECK(iso.parse_number("1.5e3") == 1'500'000);
  CHECK_FALSE(iso.parse_number("1.5"));
  const TimestampFormat unix("unix");
  CHECK(unix.parse_number("1.5") == 1'500'000);
  CHECK(unix.parse_number("-1") == -kSecond);
  CHECK(unix.parse_number("1.0000019") == 1'000'001);
  CHECK(unix.parse_number("253402300799.9999999") == kLastMoment);
  CHECK_FALSE(unix.parse_number("253402300800"));
  CHECK_FALSE(unix.parse_number("1e30"));
  CHECK(TimestampFormat("unix_ms").parse_number("1500.25") == 1'500'250);
  CHECK(TimestampFormat("unix_us").parse("1500") == 1500);
  CHECK(text(unix, 1'500'000) == "1.5");
  CHECK(text(unix, 2'000'000) == "2");
  CHECK(text(unix, 0) == "0");
  CHECK(text(TimestampFormat("unix_ms"), -1'500'250) == "-1500.25");
  CHECK(text(TimestampFormat("unix_us"), 1500) == "1500");
  CHECK_FALSE(TimestampFormat("%Y-%m-%d").parse_number("1500"));
}

TEST_CASE("timezones") {
  const TimestampFormat berlin("iso", "Europe/Berlin");
  const int64_t summer = 1'556'661'600 * kSecond;  // 2019-04-30 22:00 UTC
  CHECK(berlin.parse("2019-05-01 00:00:00") == summer);
  CHECK(berlin.parse("2019-05-01 00:00:00Z") == summer + 7200 * kSecond);
  CHECK(text(berlin, summer) == "2019-05-01 00:00:00+02:00");
  // The hour that comes twice: the earlier one, but an offset says which.
  CHECK(berlin.parse("2019-10-27 02:30:00") == berlin.parse("2019-10-27 00:30:00Z"));
  const int64_t second = *berlin.parse("2019-10-27 01:30:00Z");
  CHECK(berlin.parse(text(berlin, second)) == second);
  // The hour that does not exist: the moment of the change.
  CHECK(berlin.parse("2019-03-31 02:30:00") == berlin.parse("2019-03-31 01:00:00Z"));
  // Before time zones offsets had seconds.
  const int64_t old = *berlin.parse("1850-01-01 00:00:00Z");
  CHECK(berlin.parse(text(berlin, old)) == old);
  CHECK(berlin.parse(text(berlin, kLastMoment)) == kLastMoment);
  CHECK(TimestampFormat("iso", "America/New_York")
            .parse(text(TimestampFormat("iso", "America/New_York"), kFirstMoment)) == kFirstMoment);
  CHECK_THROWS_AS(TimestampFormat("iso", "Mars/Olympus"), std::invalid_argument);
}

TEST_CASE("patterns") {
  const TimestampFormat german("%d.%m.%Y %H:%M:%S.%f");
  CHECK(german.parse("8.4.2020 18:07:32.168") == 1'586'369'252'168'000);
  CHECK(text(german, 1'586'369'252'168'878) == "08.04.2020 18:07:32.168878");
  const TimestampFormat mail("%a, %d %b %Y %T %z");
  CHECK(mail.parse("Wed, 08 Apr 2020 20:07:32 +0200") == 1'586'369'252 * kSecond);
  CHECK(text(mail, 1'586'369'252 * kSecond) == "Wed, 08 Apr 2020 18:07:32 +0000");
  const TimestampFormat half("%D %I:%M %p");
  CHECK(half.parse("04/08/20 12:00 AM") == half.parse("04/08/20 12:00 AM"));
  CHECK(*half.parse("04/08/20 12:00 PM") - *half.parse("04/08/20 12:00 AM") == 43'200 * kSecond);
  CHECK_FALSE(half.parse("04/08/20 13:00 PM"));
  const TimestampFormat ordinal("%Y-%j");
  CHECK(ordinal.parse("2020-366") == 1'609'372'800 * kSecond);
  CHECK_FALSE(ordinal.parse("2019-366"));
  CHECK(text(ordinal, 1'609'372'800 * kSecond) == "2020-366");
  const TimestampFormat local("%F %R", "Europe/Berlin");
  CHECK(local.parse("2019-05-01 00:00") == 1'556'661'600 * kSecond);
  CHECK_FALSE(german.parse("08.04.2020 18:07:32"));
  CHECK_FALSE(german.parse("08.04.2020 18:07:32.1 "));
  CHECK_FALSE(german.parse("32.04.2020 18:07:32.1"));
  for (const char* bad : {"%Y", "%Y-%m", "%H:%M", "%Q %Y-%m-%d", "%Y-%m-%d %", "ISO"})
    CHECK_THROWS_AS(TimestampFormat(bad), std::invalid_argument);
}

TEST_CASE("dates") {
  const DateFormat iso;
  CHECK(iso.parse("1970-01-02") == 1);
  CHECK(iso.parse("0001-01-01") == -719'162);
  CHECK_FALSE(iso.parse("1970-01-02 00:00:00"));
  CHECK_FALSE(iso.parse("1970-02-30"));
  CHECK_THROWS_AS(DateFormat("unix"), std::invalid_argument);
}

TEST_CASE("random moments read back what was written") {
  std::mt19937_64 random(2);
  const TimestampFormat formats[] = {
      TimestampFormat(),
      TimestampFormat("iso", "America/St_Johns"),
      TimestampFormat("unix"),
      TimestampFormat("unix_ms"),
      TimestampFormat("unix_us"),
      TimestampFormat("%A %d %B %Y, %I:%M:%S.%f %p %z", "Australia/Lord_Howe")};
  std::uniform_int_distribution<int64_t> moments(kFirstMoment, kLastMoment);
  for (int i = 0; i < 3000; ++i) {
    const int64_t micros = moments(random);
    for (const TimestampFormat& format : formats) {
      const std::string written = text(format, micros);
      INFO(written);
      REQUIRE(format.parse(written) == micros);
    }
  }
}

TEST_CASE("SQLite's form") {
  std::string out;
  append_sqlite_time(1'586'369'252'168'878, out);
  CHECK(out == "2020-04-08 18:07:32.168");
}
