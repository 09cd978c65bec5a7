#include "sink/literal.h"

#include <limits>

#include "unit/catch.h"

namespace streamworker::sink {
namespace {

class Doubling final : public Escaper {
 public:
  void escape(std::string_view text, std::string& out) const override {
    for (const char c : text) {
      if (c == '\'') out += c;
      out += c;
    }
  }
};

std::string literal(const Value& value) {
  std::string out;
  REQUIRE(append_literal(value, Doubling(), out));
  return out;
}

TEST_CASE("values are exact as literals") {
  CHECK(literal({}) == "NULL");
  CHECK(literal(Value::of_int(std::numeric_limits<int64_t>::min())) == "-9223372036854775808");
  CHECK(literal(Value::of_bool(true)) == "1");
  CHECK(literal(Value::of_double(0.1)) == "1e-01");
  CHECK(literal(Value::of_double(1.7976931348623157e308)) == "1.7976931348623157e+308");
  CHECK(literal(Value::of_decimal(-12500, 3)) == "-12.500");
  CHECK(literal(Value::of_timestamp(0)) == "'1970-01-01 00:00:00.000000'");
  CHECK(literal(Value::of_timestamp(1586369252168878)) == "'2020-04-08 18:07:32.168878'");
  CHECK(literal(Value::of_timestamp(-1)) == "'1969-12-31 23:59:59.999999'");
  CHECK(literal(Value::of_date(-1)) == "'1969-12-31'");
  CHECK(literal(Value::of_string("it's")) == "'it''s'");
  CHECK(literal(Value::of_json("{\"a\":1}")) == "'{\"a\":1}'");
  CHECK(literal(Value::of_bytes(std::string_view("\0\xff", 2))) == "x'00ff'");
  CHECK(literal(Value::of_bytes("")) == "x''");
  const unsigned char uuid[16] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
                                  0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
  CHECK(literal(Value::of_uuid(uuid)) == "'12345678-9abc-def0-0123-456789abcdef'");
}

TEST_CASE("what is not a finite number has no literal") {
  std::string out = "x";
  CHECK_FALSE(
      append_literal(Value::of_double(std::numeric_limits<double>::infinity()), Doubling(), out));
  CHECK_FALSE(
      append_literal(Value::of_double(std::numeric_limits<double>::quiet_NaN()), Doubling(), out));
  CHECK(out == "x");
}

}  // namespace
}  // namespace streamworker::sink
