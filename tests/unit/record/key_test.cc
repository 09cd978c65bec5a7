#include "record/key.h"

#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

std::string key_of(const std::vector<Field>& fields, const std::vector<Value>& values) {
  std::string out = "<";
  const auto made = KeyText(fields).append(values.data(), out);
  if (!made) return "error: " + made.error().message;
  return *made ? out : "null key";
}

}  // namespace

TEST_CASE("a key of one field is its text") {
  CHECK(key_of({{"k", {Type::String}}}, {Value::of_string("a \"b\"")}) == "<a \"b\"");
  CHECK(key_of({{"k", {Type::String}}}, {Value::of_string("")}) == "<");
  CHECK(key_of({{"k", {Type::Int}}}, {Value::of_int(-3)}) == "<-3");
  CHECK(key_of({{"k", {Type::Decimal, 10, 2}}}, {Value::of_decimal(150, 2)}) == "<1.50");
  CHECK(key_of({{"k", {Type::Timestamp}}}, {Value::of_timestamp(0)}) == "<1970-01-01 00:00:00");
  CHECK(key_of({{"k", {Type::Bool}}}, {Value::of_bool(false)}) == "<false");
  CHECK(key_of({{"k", {Type::Any}}}, {Value::of_double(0.5)}) == "<0.5");
  CHECK(key_of({{"k", {Type::Int}}}, {Value()}) == "null key");
  CHECK(key_of({{"k", {Type::Double}}}, {Value::of_double(-1 / 0.0)})
            .starts_with("error: the key k"));
}

TEST_CASE("a composite key is a JSON array") {
  const std::vector<Field> fields = {
      {"a", {Type::String}}, {"b", {Type::Int}}, {"c", {Type::Date}}};
  CHECK(key_of(fields, {Value::of_string("x\"y"), Value::of_int(1), Value::of_date(0)}) ==
        R"(<["x\"y",1,"1970-01-01"])");
  CHECK(key_of(fields, {Value(), Value::of_int(1), Value()}) == "<[null,1,null]");
  std::string out = "kept";
  const std::vector<Value> bad = {Value::of_double(1 / 0.0), Value(), Value()};
  CHECK_FALSE(KeyText(fields).append(bad.data(), out));
  CHECK(out == "kept");
}

TEST_CASE("a key's parts may stand anywhere in a row") {
  const KeyText key({{"b", {Type::Int}}, {"a", {Type::String}}});
  const Value row[] = {Value::of_string("x"), Value(), Value::of_int(7)};
  std::string out;
  REQUIRE(key.append(row, {2, 0}, out));
  CHECK(out == R"([7,"x"])");
}

TEST_CASE("a key of one field reads back") {
  Arena arena;
  CHECK(KeyText({{"k", {Type::Int}}}).parse("42", arena) == Value::of_int(42));
  CHECK_FALSE(KeyText({{"k", {Type::Int}}}).parse("x", arena));
  CHECK(KeyText({{"k", {Type::String}}}).parse("42", arena) == Value::of_string("42"));
}
