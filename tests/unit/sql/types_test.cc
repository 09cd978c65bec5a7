// Types in and out (DESIGN 2).
#include "record/decimal.h"
#include "record/field_text.h"
#include "unit/catch.h"
#include "unit/sql/evaluate.h"

namespace streamworker::sql {

std::string show(const Value& value) {
  if (value.is_null()) return "NULL";
  std::string text;
  const bool finite = FieldText(Field{}).append_plain(value, text);
  if (!finite) return "not finite";
  switch (value.kind()) {
    case Value::Kind::String:
      return "'" + text + "'";
    case Value::Kind::Bytes:
      return "base64 " + text;
    case Value::Kind::Json:
      return "json " + text;
    case Value::Kind::Timestamp:
      return "timestamp " + text;
    case Value::Kind::Date:
      return "date " + text;
    case Value::Kind::Uuid:
      return "uuid " + text;
    case Value::Kind::Decimal:
      return "decimal " + text;
    default:
      return text;
  }
}

namespace {

const unsigned char kUuid[16] = {0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3,
                                 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0x00};
constexpr int64_t kMicros = 1'769'860'800'123'456;  // 2026-01-31 12:00:00.123456

void add_one_of_each(Bench& bench) {
  bench.field("s", Type::String, Value::of_string("text"));
  bench.field("i", Type::Int, Value::of_int(-7));
  bench.field("d", Type::Double, Value::of_double(0.5));
  bench.field("b", Type::Bool, Value::of_bool(true));
  bench.fields.push_back({"m", decimal(10, 3), true});
  bench.row.push_back(Value::of_decimal(12500, 3));
  bench.field("t", Type::Timestamp, Value::of_timestamp(kMicros));
  bench.field("y", Type::Date, Value::of_date(20484));
  bench.field("u", Type::Uuid, Value::of_uuid(kUuid));
  bench.field("x", Type::Bytes, Value::of_bytes("ab"));
  bench.field("j", Type::Json, Value::of_json(R"({"a":[1,2]})"));
  bench.field("n", Type::Int, Value());
}

}  // namespace

TEST_CASE("sql: what SQLite sees of each type") {
  Bench bench;
  add_one_of_each(bench);
  const auto [field, type, seen] = GENERATE(table<std::string, std::string, std::string>({
      {"s", "text", "'text'"},
      {"i", "integer", "-7"},
      {"d", "real", "0.5"},
      {"b", "integer", "1"},
      {"m", "real", "12.5"},
      {"t", "text", "'2026-01-31 12:00:00.123'"},
      {"y", "text", "'2026-01-31'"},
      {"u", "text", "'123e4567-e89b-12d3-a456-426614174000'"},
      {"x", "blob", "base64 YWI="},
      {"j", "text", R"('{"a":[1,2]}')"},
      {"n", "null", "NULL"},
  }));
  CHECK(bench.text("typeof(" + field + ")") == "'" + type + "'");
  CHECK(bench.text("iif(1, " + field + ", 0)") == seen);
}

TEST_CASE("sql: bare columns are slots, exact and with their declared field") {
  Bench bench;
  add_one_of_each(bench);
  bench.fields[5].format = "unix_ms";
  for (size_t i = 0; i < bench.fields.size(); ++i) {
    Expressions same = bench.compile(" \"" + bench.fields[i].name + "\" ");
    Field expected = bench.fields[i];
    expected.name = "out";
    CHECK(same.schema()[0] == expected);
    Value out;
    REQUIRE(same.run(bench.row.data(), bench.meta, bench.arena, &out));
    CHECK(out == bench.row[i]);
    if (out.is_view()) CHECK(out.as_view().data() == bench.row[i].as_view().data());
  }
}

TEST_CASE("sql: typed results") {
  Bench bench;
  add_one_of_each(bench);
  using Case = std::tuple<std::string, FieldType, std::string>;
  const auto [expression, type, expected] = GENERATE(values<Case>({
      {"0 + 1.005", decimal(5, 2), "decimal 1.01"},
      {"-1.005 + 0", decimal(5, 2), "decimal -1.01"},
      {"1 + 1", decimal(5, 2), "decimal 2.00"},
      {"'12.345' || ''", decimal(5, 2), "decimal 12.35"},
      {"1000 + 0", decimal(5, 2), "error: out: 1000 does not fit decimal(5,2)"},
      {"'x' || 1", decimal(5, 2), "error: out: \"x1\" does not fit decimal(5,2)"},
      {"m", decimal(10, 2), "decimal 12.50"},
      {"m", decimal(3, 2), "error: out: 12.500 does not fit decimal(3,2)"},
      {"m", {Type::String}, "'12.500'"},
      {"m", {Type::Int}, "error: out: 12.500 does not fit int"},
      {"m * 2", {Type::Int}, "25"},
      {"2.5 + 0", {Type::Int}, "error: out: 2.5 does not fit int"},
      {"1e300 * 1", {Type::Int}, "error: out: 1e+300 does not fit int"},
      {"'41' || ''", {Type::Int}, "41"},
      {"i > 0", {Type::Bool}, "false"},
      {"i + 9", {Type::Bool}, "error: out: 2 does not fit bool"},
      {"lower('TRUE')", {Type::Bool}, "true"},
      {"b", {Type::String}, "'true'"},
      {"i + 0", {Type::Double}, "-7"},
      {"'1.5' || ''", {Type::Double}, "1.5"},
      {"1e308 * 10", {Type::Double}, "error: out: an infinite number does not fit double"},
      {"i * 1", {Type::String}, "'-7'"},
      {"d + 0", {Type::String}, "'0.5'"},
      {"datetime(t)", {Type::Timestamp}, "timestamp 2026-01-31 12:00:00"},
      {"epoch_ms(t)", {Type::Timestamp}, "timestamp 2026-01-31 12:00:00.123"},
      {"'soon' || ''", {Type::Timestamp}, "error: out: \"soon\" does not fit timestamp"},
      {"1.5 + 0", {Type::Timestamp}, "error: out: 1.5 does not fit timestamp"},
      {"y", {Type::Timestamp}, "timestamp 2026-01-31 00:00:00"},
      {"t", {Type::Date}, "date 2026-01-31"},
      {"date(t, '+1 day')", {Type::Date}, "date 2026-02-01"},
      {"'2026-02-30' || ''", {Type::Date}, "error: out: \"2026-02-30\" does not fit date"},
      {"upper(u)", {Type::Uuid}, "uuid 123e4567-e89b-12d3-a456-426614174000"},
      {"x || ''", {Type::String}, "'ab'"},
      {"x", {Type::String}, "'ab'"},
      {"unhex('ff')", {Type::String}, "error: out: a blob of 1 bytes does not fit string"},
      {"s || '!'", {Type::Bytes}, "base64 dGV4dCE="},
      {"i + 0", {Type::Bytes}, "error: out: -7 does not fit bytes"},
      {"j ->> '$.a'", {Type::Json}, "json [1,2]"},
      {"s || ''", {Type::Json}, "error: out: \"text\" does not fit json"},
      {"s", {Type::Json}, "error: out: \"text\" does not fit json"},
      {"i + 8", {Type::Json}, "json 1"},
      {"json_quote(s)", {Type::Json}, "json \"text\""},
      {"n + 1", {Type::Int}, "NULL"},
      {"n", {Type::String}, "NULL"},
  }));
  CAPTURE(expression);
  CHECK(bench.text(expression, type) == expected);
}

TEST_CASE("sql: an untyped result has SQLite's storage class") {
  Bench bench;
  add_one_of_each(bench);
  CHECK(bench.compile("i > 0").schema()[0].type == FieldType{});
  CHECK(bench.text("i < 0") == "1");
  CHECK(bench.text("m * 2") == "25");
  CHECK(bench.eval("m * 2")->kind() == Value::Kind::Double);
  CHECK(bench.text("cast(x'ff' AS TEXT)") == "error: out: the result is text that is not UTF-8");
}

TEST_CASE("sql: null compares as in SQL") {
  Bench bench;
  add_one_of_each(bench);
  CHECK(bench.text("n = n") == "NULL");
  CHECK(bench.text("n IS NULL") == "1");
  CHECK(bench.text("coalesce(n, 3) + 1") == "4");
  CHECK(bench.text("n OR b") == "1");
  CHECK(bench.text("n AND b") == "NULL");
  CHECK(bench.text("nullif(i, -7)") == "NULL");
  CHECK(bench.text("n IS NOT DISTINCT FROM NULL") == "1");
  Expressions where(bench.engine, Schema(bench.fields), "n > 1", {}, "data");
  CHECK_FALSE(*where.run(bench.row.data(), bench.meta, bench.arena, nullptr));
}

}  // namespace streamworker::sql
