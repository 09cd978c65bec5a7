#include "http/target.h"

#include "unit/catch.h"

namespace streamworker::http {
namespace {

using Path = std::vector<std::string>;

TEST_CASE("a path is split before it is decoded") {
  CHECK(parse_target("/")->path.empty());
  CHECK(parse_target("/health/live")->path == Path{"health", "live"});
  CHECK(parse_target("/health/live/")->path == Path{"health", "live"});
  CHECK(parse_target("/tables/a%2Fb")->path == Path{"tables", "a/b"});
  CHECK(parse_target("/a//b")->path == Path{"a", "", "b"});
  CHECK(parse_target("/k%C3%A4se")->path == Path{"käse"});
  CHECK(parse_target("/a+b")->path == Path{"a+b"});
  CHECK(parse_target("/..%2f..")->path == Path{"../.."});
}

TEST_CASE("parameters are decoded, the first of a name counts") {
  const auto target = parse_target("/x?pretty&key=a%26b+c&key=second&=empty#part");
  REQUIRE(target);
  CHECK(target->has("pretty"));
  CHECK(target->params.at("pretty").empty());
  CHECK(target->params.at("key") == "a&b c");
  CHECK_FALSE(target->has("part"));
  CHECK(parse_target("/x?")->params.empty());
  CHECK(parse_target("/x?&&")->params.empty());
}

TEST_CASE("a parameter may have several lines") {
  const auto target = parse_target("/sql?q=SELECT%201%0A%09FROM%0d%0at");
  REQUIRE(target);
  CHECK(target->params.at("q") == "SELECT 1\n\tFROM\r\nt");
}

TEST_CASE("what is not a clean path is refused") {
  for (const char* raw :
       {"",         "x",        "*",          "http://localhost/", "/%",
        "/%4",      "/%zz",     "/%00",       "/a%0d%0a",          "/%7f",
        "/%ff",     "/%c3",     "/%ed%a0%80", "/%c0%af",           "/%f4%90%80%80",
        "/x?a=%00", "/x?a=%1b", "/%0a",       "/x?%ff=1",          "/x?a=%e0%80%80",
        "/\xff"}) {
    CAPTURE(raw);
    CHECK_FALSE(parse_target(raw));
  }
}

}  // namespace
}  // namespace streamworker::http
