#include "http/pretty.h"

#include "unit/catch.h"

namespace streamworker::http {
namespace {

TEST_CASE("JSON is laid out for people and stays the same values") {
  CHECK(pretty(R"({"a":1,"b":[true,null,"x, {\"}"],"c":{},"d":[]})") ==
        "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null,\n    \"x, {\\\"}\"\n  ],\n"
        "  \"c\": {},\n  \"d\": []\n}\n");
  CHECK(pretty("{ \"a\" :\n [ ] }") == "{\n  \"a\": []\n}\n");
  CHECK(pretty("\"\\\\\"") == "\"\\\\\"\n");
  CHECK(pretty("12") == "12\n");
  const std::string once = pretty(R"({"a":[{"b":{"c":[1,2]}}]})");
  CHECK(pretty(once) == once);
}

}  // namespace
}  // namespace streamworker::http
