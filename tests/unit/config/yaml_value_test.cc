#include "config/yaml_value.h"

#include "unit/catch.h"

namespace streamworker::config {
namespace {

Yaml yaml(const std::string& text) {
  std::vector<Problem> problems;
  Yaml value = load_yaml(text, problems);
  REQUIRE(problems.empty());
  return value;
}

TEST_CASE("plain scalars mean what JSON has, the rest is text") {
  CHECK(json_of(yaml("[1, -1.50, 1e3, 0.1, true, null, ~, abc]")) ==
        R"([1,-1.50,1e3,0.1,true,null,null,"abc"])");
  CHECK(json_of(yaml("[01, .5, +1, 1., 0x1f, 12:30, yes, 1e, -]")) ==
        R"(["01",".5","+1","1.","0x1f","12:30","yes","1e","-"])");
  CHECK(json_of(yaml(R"(["1", 'true', "null", ""])")) == R"(["1","true","null",""])");
}

TEST_CASE("JSON of mappings and lists keeps order and escapes") {
  CHECK(json_of(yaml("{b: {x: []}, a: {}, \"q\\\"\": \"line\\n\"}")) ==
        "{\"b\":{\"x\":[]},\"a\":{},\"q\\\"\":\"line\\n\"}");
  CHECK(json_of(Yaml{}) == "null");
}

TEST_CASE("a value where only text can stand") {
  CHECK(text_of(yaml("1.50")) == "1.50");
  CHECK(text_of(yaml("\"a b\"")) == "a b");
  CHECK(text_of(yaml("[a, 1]")) == R"(["a",1])");
}

TEST_CASE("flow style reads back as the same value") {
  const std::string text = GENERATE(
      as<std::string>(), "{a: [1, 2.50, true, null, abc], \"b c\": {}}",
      R"(["1", "true", "null", "~", "", " x ", "a: b", "a, b", "#c", "{", "- x", "2026-01-01", 'it''s'])",
      R"(["line\nend", "quote\"", "ü", "0x10", ".5", "/tables/a", "10s", "*x", "&y", "!z", "%", "@"])");
  CAPTURE(text);
  const Yaml value = yaml(text);
  const std::string flow = flow_of(value);
  CAPTURE(flow);
  CHECK(json_of(yaml(flow)) == json_of(value));
  CHECK(flow.find('\n') == std::string::npos);
}

}  // namespace
}  // namespace streamworker::config
