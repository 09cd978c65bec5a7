#include "record/decimal.h"

#include <random>

#include "unit/catch.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

FieldType decimal(int precision, int scale) {
  return {Type::Decimal, static_cast<uint8_t>(precision), static_cast<uint8_t>(scale)};
}

// What the text is as a decimal of the type, as text; "-": none.
std::string read(std::string_view text, FieldType type, Rounding rounding = Rounding::Exact) {
  const auto unscaled = parse_decimal(text, type, rounding);
  if (!unscaled) return "none";
  std::string out;
  append_decimal(*unscaled, type.scale, out);
  return out;
}

}  // namespace

TEST_CASE("decimals are exact") {
  const FieldType type = decimal(10, 3);
  CHECK(read("0", type) == "0.000");
  CHECK(read("-0", type) == "0.000");
  CHECK(read("1.1", type) == "1.100");
  CHECK(read("-12.345", type) == "-12.345");
  CHECK(read("9999999.999", type) == "9999999.999");
  CHECK(read("10000000", type) == "none");
  CHECK(read("1.2345", type) == "none");
  CHECK(read("1.2340000000000000000000000000", type) == "1.234");
  CHECK(read("0.1e1", type) == "1.000");
  CHECK(read("12345e-3", type) == "12.345");
  CHECK(read("1e6", type) == "1000000.000");
  CHECK(read("1E+7", type) == "none");
  CHECK(read("1e999", type) == "none");
  CHECK(read("0e999999999999999999999", type) == "0.000");
  CHECK(read("1e-99999999999999999999", type) == "none");
  CHECK(read("+.5", type) == "0.500");
  CHECK(read("5.", type) == "5.000");
  CHECK(read("000000000000000000000000000000000000000000001", type) == "1.000");
}

TEST_CASE("what is no number is no decimal") {
  for (const char* text : {"", "-", ".", "e1", "1e", "1e+", "1.2.3", "1 ", " 1", "0x1", "nan",
                           "1,5", "--1", "1-", "1_000"})
    CHECK(read(text, decimal(38, 10)) == "none");
}

TEST_CASE("38 digits fit, 39 do not") {
  const std::string nines(38, '9');
  CHECK(read(nines, decimal(38, 0)) == nines);
  CHECK(read("-" + nines, decimal(38, 0)) == "-" + nines);
  CHECK(read("1" + std::string(38, '0'), decimal(38, 0)) == "none");
  CHECK(read("0." + nines, decimal(38, 38)) == "0." + nines);
  CHECK(read("1", decimal(38, 38)) == "none");
}

TEST_CASE("digits may be cut or rounded half away from zero") {
  const FieldType type = decimal(5, 2);
  CHECK(read("1.239", type, Rounding::Cut) == "1.23");
  CHECK(read("-1.239", type, Rounding::Cut) == "-1.23");
  CHECK(read("1.235", type, Rounding::Round) == "1.24");
  CHECK(read("-1.235", type, Rounding::Round) == "-1.24");
  CHECK(read("1.2349999", type, Rounding::Round) == "1.23");
  CHECK(read("999.995", type, Rounding::Round) == "none");
  CHECK(read("0.005", type, Rounding::Round) == "0.01");
  CHECK(read("5e-3", type, Rounding::Round) == "0.01");
  CHECK(read("9e-4", type, Rounding::Round) == "0.00");
}

TEST_CASE("decimals change their scale") {
  CHECK(rescale_decimal(1250, 3, decimal(10, 2)) == Int128{125});
  CHECK_FALSE(rescale_decimal(1255, 3, decimal(10, 2)));
  CHECK(rescale_decimal(1255, 3, decimal(10, 2), Rounding::Round) == Int128{126});
  CHECK(rescale_decimal(-1255, 3, decimal(10, 2), Rounding::Round) == Int128{-126});
  CHECK(rescale_decimal(-1254, 3, decimal(10, 2), Rounding::Cut) == Int128{-125});
  CHECK(rescale_decimal(99, 0, decimal(4, 2)) == Int128{9900});
  CHECK_FALSE(rescale_decimal(100, 0, decimal(4, 2)));
  CHECK_FALSE(rescale_decimal(power_of_ten(38) - 1, 0, decimal(38, 38)));
}

TEST_CASE("decimals and doubles") {
  CHECK(decimal_to_double(1234567, 3) == 1234.567);
  CHECK(decimal_to_double(-1, 38) == -1e-38);
  CHECK(decimal_to_double(power_of_ten(38) - 1, 0) == 1e38);
  CHECK(decimal_from_double(1.005, decimal(10, 2)) == Int128{101});
  CHECK(decimal_from_double(-0.125, decimal(10, 2)) == Int128{-13});
  CHECK(decimal_from_double(1e22, decimal(38, 2)) == power_of_ten(24));
  CHECK_FALSE(decimal_from_double(1e8, decimal(10, 3)));
  CHECK_FALSE(decimal_from_double(std::numeric_limits<double>::infinity(), decimal(38, 2)));
  CHECK_FALSE(decimal_from_double(std::numeric_limits<double>::quiet_NaN(), decimal(38, 2)));
}

TEST_CASE("random decimals read back what they wrote") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto scale = static_cast<int>(random() % 39);
    Int128 value = static_cast<Int128>(random()) * static_cast<Int128>(random() >> 2);
    value %= power_of_ten(static_cast<unsigned>(random() % 39));
    if (random() % 2 == 0) value = -value;
    std::string text;
    append_decimal(value, static_cast<uint8_t>(scale), text);
    REQUIRE(parse_decimal(text, decimal(38, scale)) == value);
  }
}
