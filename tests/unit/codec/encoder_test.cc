#include "codec/json_encoder.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

TEST_CASE("a row is written as an object") {
  const unsigned char uuid[16] = {0x0f, 0x8f};
  const JsonEncoder encoder(Schema({{"s", {Type::String}},
                                    {"i", {Type::Int}},
                                    {"d", {Type::Double}},
                                    {"b", {Type::Bool}},
                                    {"n", {Type::Decimal, 10, 3}},
                                    {"t", {Type::Timestamp}},
                                    {"ms", {Type::Timestamp}, false, "unix_ms", ""},
                                    {"day", {Type::Date}},
                                    {"u", {Type::Uuid}},
                                    {"bin", {Type::Bytes}},
                                    {"j", {Type::Json}},
                                    {"none", {Type::Int}, true}}));
  const Value row[] = {
      Value::of_string("a\"b"),       Value::of_int(-1),          Value::of_double(0.1),
      Value::of_bool(false),          Value::of_decimal(1500, 3), Value::of_timestamp(1'500'000),
      Value::of_timestamp(1'500'000), Value::of_date(1),          Value::of_uuid(uuid),
      Value::of_bytes("foo"),         Value::of_json("[1, 2]"),   Value()};
  std::string out = "before ";
  REQUIRE(encoder.append(row, out));
  CHECK(out ==
        R"(before {"s":"a\"b","i":-1,"d":0.1,"b":false,"n":1.500,"t":"1970-01-01 00:00:01.5",)"
        R"("ms":1500,"day":"1970-01-02","u":"0f8f0000-0000-0000-0000-000000000000",)"
        R"("bin":"Zm9v","j":[1, 2],"none":null})");
}

TEST_CASE("names are escaped, an empty row is an empty object") {
  const Value row[] = {Value::of_int(1)};
  std::string out;
  REQUIRE(JsonEncoder(Schema({{"a\"b", {Type::Int}}})).append(row, out));
  CHECK(out == R"({"a\"b":1})");
  out.clear();
  REQUIRE(JsonEncoder(Schema()).append(nullptr, out));
  CHECK(out == "{}");
}

TEST_CASE("a double that is not finite is an error, and nothing is written") {
  const JsonEncoder encoder(Schema({{"a", {Type::Int}}, {"b", {Type::Double}}}));
  const Value row[] = {Value::of_int(1), Value::of_double(-1 / 0.0)};
  std::string out = "kept";
  const auto result = encoder.append(row, out);
  REQUIRE_FALSE(result);
  CHECK(result.error().remedy == Remedy::Skip);
  CHECK(result.error().message == "$.b is a double that is not finite, which JSON cannot say");
  CHECK(out == "kept");
}
