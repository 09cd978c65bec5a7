#include "query/bounds.h"

#include "unit/catch.h"

namespace streamworker::query {
namespace {

using Test = sql::Condition::Test;

const Schema kText({{"k", {Type::String}}});
const Schema kNumber({{"k", {Type::Int}}});
const Schema kBoth({{"a", {Type::String}}, {"b", {Type::Int}}});

Value text(std::string_view of) { return Value::of_string(of); }

// "begin … end"; "nothing".
std::string bounds(const Schema& key, const std::vector<sql::Condition>& conditions) {
  const auto range = bounds_of(key, conditions);
  if (!range) return "nothing";
  std::string out = range->begin + " … " + range->end;
  for (char& c : out)
    if (c == '\0') c = '0';
  return out;
}

TEST_CASE("texts: equal, ranges and prefixes") {
  CHECK(bounds(kText, {}) == " … ");
  CHECK(bounds(kText, {{0, Test::Equal, text("a")}}) == "a … a0");
  CHECK(bounds(kText, {{0, Test::AtLeast, text("a")}, {0, Test::Less, text("b")}}) == "a … b");
  CHECK(bounds(kText, {{0, Test::Greater, text("a")}, {0, Test::AtMost, text("b")}}) == "a0 … b0");
  CHECK(bounds(kText, {{0, Test::Glob, text("ab*")}}) == "ab … ac");
  CHECK(bounds(kText, {{0, Test::Glob, text("a[bc]")}}) == "a … b");
  CHECK(bounds(kText, {{0, Test::Like, text("7b%")}}) == "7B … 7c");
  CHECK(bounds(kText, {{0, Test::Like, text("_b%")}}) == " … ");
  CHECK(bounds(kText, {{0, Test::Less, text("")}}) == "nothing");
  CHECK(bounds(kText, {{0, Test::Less, text("a")}, {0, Test::Greater, text("b")}}) == "nothing");
  CHECK(bounds(kText, {{0, Test::Equal, Value()}}) == "nothing");
}

TEST_CASE("LIKE takes both cases: no text that it takes lies outside") {
  const std::string pattern = "aZ%";
  const auto range = bounds_of(kText, {{0, Test::Like, text(pattern)}});
  for (const char* taken : {"aZ", "AZ", "Az", "az", "azzz", "AZa", "aZ\xc3\xa4"}) {
    CHECK(std::string(taken) >= range->begin);
    CHECK(std::string(taken) < range->end);
  }
}

TEST_CASE("what SQL may compare as another type is no help") {
  CHECK(bounds(kText, {{0, Test::Equal, Value::of_int(5)}}) == " … ");
  CHECK(bounds(kNumber, {{0, Test::Equal, Value::of_int(5)}}) == "5 … 50");
  CHECK(bounds(kNumber, {{0, Test::Equal, Value::of_double(5)}}) == " … ");
  CHECK(bounds(kNumber, {{0, Test::AtLeast, Value::of_int(5)}}) == " … ");
}

TEST_CASE("of several fields the first that are said") {
  CHECK(bounds(kBoth, {{0, Test::Equal, text("x\"")}, {1, Test::Equal, Value::of_int(7)}}) ==
        "[\"x\\\"\",7] … [\"x\\\"\",7]0");
  CHECK(bounds(kBoth, {{0, Test::Equal, text("x")}}) == "[\"x\", … [\"x\"-");
  CHECK(bounds(kBoth, {{1, Test::Equal, Value::of_int(7)}}) == " … ");
  CHECK(bounds(kBoth, {{0, Test::Greater, text("x")}}) == " … ");
}

TEST_CASE("plans prefer what reads less") {
  const double one = share_of(kText, {{0, Test::Equal, {}}});
  const double part = share_of(kText, {{0, Test::Like, {}}});
  CHECK(one < part);
  CHECK(part < share_of(kText, {}));
  CHECK(share_of(kBoth, {{0, Test::Equal, {}}, {1, Test::Equal, {}}}) == one);
  CHECK(share_of(kBoth, {{1, Test::Equal, {}}}) == 1);
}

}  // namespace
}  // namespace streamworker::query
