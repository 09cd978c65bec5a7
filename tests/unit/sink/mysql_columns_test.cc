#include "sink/mysql_columns.h"

#include <bit>
#include <limits>

#include "unit/catch.h"

namespace streamworker::sink {
namespace {

using Type = MysqlColumn::Type;

bool add(MysqlColumns& rows, const std::vector<Value>& row) {
  REQUIRE_FALSE(rows.make(row.data()));
  if (!rows.fits()) return false;
  rows.add();
  return true;
}

std::string text(const MysqlColumn& column, size_t row) {
  return {column.texts[row], column.sizes[row]};
}

Value one_of(Type type) {
  switch (type) {
    case Type::Integer:
      return Value::of_bool(true);
    case Type::Double:
      return Value::of_double(0.1);
    case Type::Decimal:
      return Value::of_decimal(-1050, 3);
    case Type::Text:
      return Value::of_date(18360);
    case Type::Bytes:
      return Value::of_bytes("\xff");
    case Type::Null:
      break;
  }
  return {};
}

TEST_CASE("values stand in arrays of their types, as they would as literals") {
  const unsigned char uuid[16] = {0x12, 0x34};
  MysqlColumns rows(3);
  REQUIRE(add(rows, {Value::of_int(-7), Value::of_timestamp(1586369252168878), {}}));
  REQUIRE(add(rows, {Value::of_bool(true), Value::of_uuid(uuid), Value::of_decimal(-1050, 3)}));
  REQUIRE(add(rows, {{}, Value::of_json("{}"), Value::of_decimal(7, 0)}));
  REQUIRE(add(rows, {{}, Value::of_date(18360), {}}));
  REQUIRE(rows.rows() == 4);
  const auto& [numbers, texts, decimals] =
      std::tie(rows.columns()[0], rows.columns()[1], rows.columns()[2]);
  CHECK((numbers.type == Type::Integer && texts.type == Type::Text));
  CHECK(decimals.type == Type::Decimal);
  CHECK((numbers.numbers[0] == -7 && numbers.numbers[1] == 1));
  CHECK(std::vector<char>(numbers.nulls.begin(), numbers.nulls.begin() + 4) ==
        std::vector<char>{0, 0, 1, 1});
  CHECK(text(texts, 0) == "2020-04-08 18:07:32.168878");
  CHECK(text(texts, 1) == "12340000-0000-0000-0000-000000000000");
  CHECK(text(texts, 2) == "{}");
  CHECK(text(texts, 3) == "2020-04-08");
  CHECK(std::vector<char>(decimals.nulls.begin(), decimals.nulls.begin() + 4) ==
        std::vector<char>{1, 0, 0, 1});
  CHECK((text(decimals, 1) == "-1.050" && text(decimals, 2) == "7"));
}

TEST_CASE("a value of another type does not fit, and begins new arrays") {
  const std::vector<Type> types = {Type::Integer, Type::Double, Type::Decimal, Type::Text,
                                   Type::Bytes};
  for (const Type first : types) {
    for (const Type second : types) {
      MysqlColumns rows(1);
      REQUIRE(add(rows, {{}}));
      REQUIRE(add(rows, {one_of(first)}));
      REQUIRE(add(rows, {{}}));
      CHECK(add(rows, {one_of(second)}) == (first == second));
      if (first == second) continue;
      rows.clear();
      CHECK((rows.rows() == 0 && rows.bytes() == 0 && rows.fits()));
      rows.add();
      CHECK((rows.rows() == 1 && rows.columns()[0].type == second));
      CHECK(rows.columns()[0].nulls[0] == 0);
      if (second == Type::Decimal) CHECK(text(rows.columns()[0], 0) == "-1.050");
    }
  }
}

TEST_CASE("strings are not copied, and their bytes are counted") {
  const std::string long_text(5000, 'x');
  MysqlColumns rows(2);
  REQUIRE(add(rows, {Value::of_int(1), Value::of_string(long_text)}));
  CHECK(rows.columns()[1].texts[0] == long_text.data());
  CHECK((rows.bytes() >= 5018 && rows.bytes() <= 5030));
  CHECK(rows.made_bytes() == rows.bytes());
}

TEST_CASE("a number that is not finite has no array; its slot is named") {
  MysqlColumns rows(3);
  for (const double bad :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    const Value row[] = {{}, Value::of_double(bad), {}};
    CHECK(rows.make(row) == 1U);
  }
  REQUIRE(add(rows, {{}, Value::of_double(-0.0), {}}));
  CHECK(rows.columns()[1].numbers[0] == std::bit_cast<int64_t>(-0.0));
}

}  // namespace
}  // namespace streamworker::sink
