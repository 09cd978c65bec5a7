#include "codec/field_names.h"
#include "codec/json_path.h"
#include "codec/key_check.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

TEST_CASE("names are found in any order") {
  std::vector<std::string> all;
  for (int i = 0; i < 300; ++i) all.push_back("field_" + std::to_string(i));
  all.emplace_back("");
  all.emplace_back("a");
  all.emplace_back("a name of many more bytes than the hash looks at");
  FieldNames names(all);
  names.rewind();
  for (size_t step : {size_t{1}, size_t{7}, size_t{302}}) {
    for (size_t i = 0, at = 0; i < all.size(); ++i, at = (at + step) % all.size())
      REQUIRE(names.find(all[at]) == static_cast<int32_t>(at));
  }
  CHECK(names.find("field_300") == FieldNames::kUnknown);
  CHECK(names.find("a name of many more bytes than The hash looks at") == FieldNames::kUnknown);
  CHECK(FieldNames({}).find("x") == FieldNames::kUnknown);
}

TEST_CASE("keys that stand twice are found, in small objects at once, in large ones at their end") {
  KeyCheck keys;
  keys.begin_object();
  CHECK(keys.add("a"));
  keys.begin_object();
  CHECK(keys.add("a"));
  CHECK_FALSE(keys.add("a"));
  CHECK_FALSE(keys.end_object());
  CHECK(keys.add("b"));
  std::vector<std::string> many;
  for (int i = 0; i < 40; ++i) many.push_back("k" + std::to_string(i % 39));
  for (const std::string& key : many) CHECK(keys.add(key));
  const auto twice = keys.end_object();
  REQUIRE(twice);
  CHECK(twice->data() == many[39].data());
}

TEST_CASE("paths never fail, whatever the text") {
  CHECK(json_path(R"({"a":{"b":[1,{"c":2}]}})", 18) == "$.a.b[1].c");
  CHECK(json_path("]}}", 3) == "$");
  CHECK(json_path("", 0) == "$");
  CHECK(json_path(R"({"a\"b":1})", 8) == R"($["a\"b"])");
  CHECK(json_path(std::string(1000, '['), 1000).size() < 250);
  CHECK(json_path("{\"" + std::string(1000, 'x') + "\":1}", 1005).size() < 250);
  CHECK(json_excerpt("[1,2]", 5).empty());
}
