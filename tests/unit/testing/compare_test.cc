// Values against values, records against records of several partitions.
#include "testing/interleaving.h"
#include "testing/same.h"
#include "unit/catch.h"

namespace streamworker::testing {
namespace {

bool alike(const std::string& expected, const std::string& came) {
  std::vector<config::Problem> problems;
  const config::Yaml a = config::load_yaml(expected, problems);
  const config::Yaml b = config::load_yaml(came, problems);
  REQUIRE(problems.empty());
  return same(a, b);
}

TEST_CASE("numbers compare by value, decimals and integers exactly") {
  CHECK(alike("1", "1.0"));
  CHECK(alike("-0", "0.00"));
  CHECK(alike("1e3", "1000"));
  CHECK_FALSE(alike("1000000000.001", "1000000000.002"));
  CHECK_FALSE(alike("9007199254740992", "9007199254740993"));
  CHECK_FALSE(alike("123456789012345678.01", "123456789012345678.02"));
  CHECK_FALSE(alike("1", "-1"));
}

TEST_CASE("doubles compare to 1e-9 of the larger one") {
  CHECK(alike("0.3", "0.30000000000000004"));
  CHECK(alike("0.3333333333", "0.3333333333333333"));
  CHECK_FALSE(alike("0.333333", "0.3333333333333333"));
  CHECK_FALSE(alike("0", "1.2345678901234567e-12"));
}

TEST_CASE("a number is no text, null is nothing else") {
  CHECK_FALSE(alike("1", "\"1\""));
  CHECK(alike("a", "\"a\""));
  CHECK_FALSE(alike("null", "\"null\""));
  CHECK_FALSE(alike("true", "1"));
  CHECK(alike("~", "null"));
}

TEST_CASE("mappings have no order, lists have") {
  CHECK(alike("{a: 1, b: [x]}", "{b: [x], a: 1}"));
  CHECK_FALSE(alike("{a: 1}", "{a: 1, b: null}"));
  CHECK_FALSE(alike("{a: 1, c: 2}", "{a: 1, b: 2}"));
  CHECK_FALSE(alike("[1, 2]", "[2, 1]"));
  CHECK_FALSE(alike("[1]", "[1, 1]"));
  CHECK_FALSE(alike("[]", "{}"));
}

// Records are letters; those of one partition stand together.
bool interleaved(const std::string& expected, const std::string& came,
                 const std::vector<int32_t>& partitions) {
  return Interleaving(expected.size(), partitions,
                      [&](size_t e, size_t c) { return expected[e] == came[c]; })
      .exists();
}

TEST_CASE("the order of each partition is kept, between them there is none") {
  CHECK(interleaved("abcd", "abcd", {0, 0, 0, 0}));
  CHECK_FALSE(interleaved("abdc", "abcd", {0, 0, 0, 0}));
  CHECK(interleaved("cadb", "abcd", {0, 0, 1, 1}));
  CHECK_FALSE(interleaved("cbda", "abcd", {0, 0, 1, 1}));
  CHECK_FALSE(interleaved("abc", "abcd", {0, 0, 1, 1}));
  CHECK(interleaved("", "", {}));
}

TEST_CASE("equal records may come from either partition") {
  // The first x must be taken from the second partition, though both begin with one.
  CHECK(interleaved("xyxz", "xzxy", {0, 0, 1, 1}));
  const std::string many(60, 'x');
  std::vector<int32_t> partitions(60);
  for (size_t i = 0; i < 60; ++i) partitions[i] = static_cast<int32_t>(i / 30);
  CHECK(interleaved(many, many, partitions));
  CHECK_FALSE(interleaved(many.substr(1) + "y", many, partitions));
}

}  // namespace
}  // namespace streamworker::testing
