#include "base/log_form.h"

#include "unit/catch.h"

namespace streamworker::log {
namespace {

TEST_CASE("a line for people has no control characters and no broken bytes") {
  CHECK(printable("plain · text … ✓ 😀") == "plain · text … ✓ 😀");
  CHECK(printable("a\nb\tc\rd") == "a\\nb\\tc\\x0dd");
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable(std::string_view("a\0b\x7f", 4)) == "a\\x00b\\x7f");
  CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");
  CHECK(printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(printable("\xc3") == "\\xc3");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
}

TEST_CASE("a line for machines is one JSON object") {
  const WallTime at{std::chrono::milliseconds(1795245123118)};
  CHECK(json_line(at, Level::Info, "app", "ready · ✓") ==
        "{\"time\":\"2026-11-21T07:12:03.118Z\",\"level\":\"info\",\"module\":\"app\","
        "\"message\":\"ready · ✓\"}\n");
  CHECK(json_line(at, Level::Error, "sink", "a\n\"b\\\xff") ==
        "{\"time\":\"2026-11-21T07:12:03.118Z\",\"level\":\"error\",\"module\":\"sink\","
        "\"message\":\"a\\u000a\\\"b\\\\\\ufffd\"}\n");
}

}  // namespace
}  // namespace streamworker::log
