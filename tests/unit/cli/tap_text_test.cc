#include "cli/tap_text.h"

#include "unit/catch.h"

namespace streamworker::cli {
namespace {

const WallTime kCame{std::chrono::seconds(1'795'245'161)};

TEST_CASE("the members of an object") {
  const std::string json = R"({"a":"x,\"}","b":{"c":[1,{"d":"]"}]},"e":null,"f":-1.5})";
  CHECK(member_of(json, "a") == R"("x,\"}")");
  CHECK(member_of(json, "b") == R"({"c":[1,{"d":"]"}]})");
  CHECK(member_of(json, "e") == "null");
  CHECK(member_of(json, "f") == "-1.5");
  CHECK(member_of(json, "c").empty());
  CHECK(members_of(json).size() == 4);
  for (const char* other : {"", "{", "{}", "[1]", "null", "{\"a", "{\"a\":", "{\"a\":\"", "{\"a\\"})
    CHECK(members_of(other).empty());
}

TEST_CASE("lines for people: time, key and value under each other") {
  TapLines lines;
  CHECK(lines.line(R"({"key":"brian","value":{"n":2}})", kCame) ==
        "2026-11-21T07:12:41Z      brian  {\"n\":2}");
  CHECK(lines.line(R"({"key":"jo","value":null})", kCame) ==
        "2026-11-21T07:12:41Z      jo     null");
  CHECK(lines.line(R"({"key":null,"partition":0,"offset":7,)"
                   R"("timestamp":"2020-01-01T00:00:00.001Z","value":{}})",
                   kCame) == "2020-01-01T00:00:00.001Z  null   {}");
  CHECK(lines.line(R"({"key":["a",1],"window":{"start":"2020-01-01T00:00:00Z","end":null},)"
                   R"("value":{"n":1}})",
                   kCame) ==
        "2026-11-21T07:12:41Z      [\"a\",1]  2020-01-01T00:00:00Z to null  {\"n\":1}");
  CHECK(lines.line(R"({"key":"k","timestamp":"t","error":"price: no number"})", kCame) ==
        "t                         k        error: price: no number");
}

TEST_CASE("what was left out, in words") {
  CHECK(left_out_in_words(R"({"slow":2,"rate":500,"size":0})") ==
        "left out here: 500 beyond 1000 a second, 2 not read fast enough");
  CHECK(left_out_in_words(R"({"slow":0,"rate":0,"size":1})") == "left out here: 1 too large");
}

}  // namespace
}  // namespace streamworker::cli
