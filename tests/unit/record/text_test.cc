#include "record/base64.h"
#include "record/field_text.h"
#include "record/json_text.h"
#include "record/uuid.h"
#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(bytes, out);
  return out;
}

std::string json(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

}  // namespace

TEST_CASE("base64 has the vectors of RFC 4648") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  Arena arena;
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (size_t size = 0; size <= all.size(); ++size) {
    const std::string bytes = all.substr(0, size);
    REQUIRE(decode_base64(base64(bytes), arena) == bytes);
  }
  for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v ",
                          "Z===", "====", "Z=g=", "Zm-v", "Zm9vZg"})
    CHECK_FALSE(decode_base64(bad, arena));
}

TEST_CASE("uuids are read in either case and written in lower") {
  const auto value = parse_uuid("0F8FAD5B-d9cb-469f-A165-70867728950e");
  REQUIRE(value);
  std::string out;
  append_uuid(value->as_uuid(), out);
  CHECK(out == "0f8fad5b-d9cb-469f-a165-70867728950e");
  for (const char* bad :
       {"", "0f8fad5b-d9cb-469f-a165-70867728950", "0f8fad5bd9cb469fa16570867728950e",
        "0f8fad5b-d9cb-469f-a165-70867728950g", "0f8fad5b-d9cb-469f-a165_70867728950e",
        "{f8fad5b-d9cb-469f-a165-70867728950e"})
    CHECK_FALSE(parse_uuid(bad));
}

TEST_CASE("JSON strings are escaped where they must be") {
  CHECK(json("") == R"("")");
  CHECK(json("plain é 😀 /") == R"("plain é 😀 /")");
  CHECK(json("a\"b\\c\n\t\r\b\f\x01\x1f\x7f") ==
        "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u001f\x7f\"");
  CHECK(json(std::string_view("\0", 1)) == R"("\u0000")");
}

TEST_CASE("doubles are written so that they read back, or not at all") {
  for (const double value : {0.0, 0.1, -1.5, 1e300, 5e-324, 123456789.123}) {
    std::string out;
    REQUIRE(append_double(value, out));
    CHECK(parse_double(out) == value);
  }
  std::string out;
  CHECK_FALSE(append_double(std::numeric_limits<double>::infinity(), out));
  CHECK(out.empty());
}

TEST_CASE("numbers from text") {
  CHECK(parse_int("-9223372036854775808") == std::numeric_limits<int64_t>::min());
  CHECK_FALSE(parse_int("9223372036854775808"));
  CHECK_FALSE(parse_int("1.0"));
  CHECK_FALSE(parse_int(""));
  CHECK(parse_double("1e-400") == 0.0);
  CHECK_FALSE(parse_double("1e400"));
  CHECK_FALSE(parse_double("nan"));
  CHECK_FALSE(parse_double("1x"));
}

TEST_CASE("values of every type read back from their text") {
  Arena arena;
  const auto round = [&](const Field& field, const Value& value) {
    const FieldText text(field);
    std::string out;
    REQUIRE(text.append_plain(value, out));
    CHECK(text.parse(out, arena) == value);
    return out;
  };
  CHECK(round({"f", {Type::String}}, Value::of_string("as it is \"")) == "as it is \"");
  CHECK(round({"f", {Type::Int}}, Value::of_int(-5)) == "-5");
  CHECK(round({"f", {Type::Double}}, Value::of_double(0.1)) == "0.1");
  CHECK(round({"f", {Type::Bool}}, Value::of_bool(true)) == "true");
  CHECK(round({"f", {Type::Decimal, 10, 3}}, Value::of_decimal(-1, 3)) == "-0.001");
  CHECK(round({"f", {Type::Timestamp}}, Value::of_timestamp(1'500'000)) == "1970-01-01 00:00:01.5");
  CHECK(round({"f", {Type::Timestamp}, false, "unix", ""}, Value::of_timestamp(1'500'000)) ==
        "1.5");
  CHECK(round({"f", {Type::Date}}, Value::of_date(-1)) == "1969-12-31");
  CHECK(round({"f", {Type::Date}, false, "%d.%m.%Y", ""}, Value::of_date(0)) == "01.01.1970");
  CHECK(round({"f", {Type::Bytes}}, Value::of_bytes("\x01\xFF")) == "Af8=");
  CHECK(round({"f", {Type::Json}}, Value::of_json("{\"a\": 1}")) == "{\"a\": 1}");
}
