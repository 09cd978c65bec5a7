// What compiles and what does not, with its place.
#include "unit/catch.h"
#include "unit/sql/evaluate.h"

namespace streamworker::sql {
namespace {

Bench& with_prices(Bench& bench) {
  bench.field("price", Type::Double, Value::of_double(10));
  bench.field("payment_cost", Type::Double, Value::of_double(4));
  bench.field("order", Type::Int, Value::of_int(3));
  bench.field("end", Type::Int, Value::of_int(5));
  bench.field("orders.amount", Type::Int, Value::of_int(7));
  bench.field("größe", Type::Int, Value::of_int(9));
  bench.field("items", Type::Json, Value::of_json("[1, 2, 30]"));
  return bench;
}
constexpr const char* kColumns =
    "columns here: end, größe, items, order, orders.amount, payment_cost, price";

}  // namespace

TEST_CASE("sql: names") {
  Bench bench;
  with_prices(bench);
  const auto [expression, expected] = GENERATE(table<std::string, std::string>({
      {"price - payment_cost", "6"},
      {"price-payment_cost", "6"},
      {"\"price\" - [payment_cost] + `order`", "9"},
      {"order + 1", "4"},
      {"\"end\" + 1", "6"},
      {"end", "5"},
      {"orders.amount + 1", "8"},
      {"orders . amount", "7"},
      {"größe + 1", "10"},
      {"'price' || \"order\"", "'price3'"},
      {"price -- payment_cost\n + 1", "11"},
      {"price /* ) */ + 1", "11"},
      {"CAST(price AS INTEGER) + 1", "11"},
      {"CAST(price AS payment_cost)", "10"},
      {"CAST(price + order AS DECIMAL(10, 3)) > payment_cost", "1"},
      {"'A' = 'a' COLLATE nocase", "1"},
      {"CASE WHEN price > 5 THEN 'high' ELSE 'low' END", "'high'"},
      {"price BETWEEN 1 AND 20 AND order IN (3, 4)", "1"},
      {"1e3 + .5 + 0x10 + 1.e-1", "1016.6"},
      {"x'4142' = CAST('AB' AS BLOB)", "1"},
      {"items ->> 2", "30"},
      {"round(price / 3, 2)", "3.33"},
      {"price IS NOT NULL", "1"},
      {"max(price, payment_cost)", "10"},
      {"(SELECT sum(e.value) FROM json_each(items) AS e WHERE e.value < price)", "3"},
      {"EXISTS (SELECT 1 FROM json_each(items) WHERE value = \"order\" * 10)", "1"},
  }));
  CAPTURE(expression);
  CHECK(bench.text(expression) == expected);
}

TEST_CASE("sql: what does not compile, and where") {
  Bench bench;
  with_prices(bench);
  const auto [expression, expected] = GENERATE(table<std::string, std::string>({
      {"", "0: an empty expression (in \"\", at 1)"},
      {" -- nothing", "0: an empty expression (in \" -- nothing\", at 1)"},
      {"price +", "6: near \")\": syntax error (in \"price +\", at 7)"},
      {"1 1", "2: near \"1\": syntax error (in \"1 1\", at 3)"},
      {"price, 2", "0: row value misused (in \"price, 2\", at 1)"},
      {"'open", "0: this quote is never closed (in \"'open\", at 1)"},
      {"1 /* open", "2: this comment is never closed (in \"1 /* open\", at 3)"},
      {"(1", "0: this parenthesis is never closed (in \"(1\", at 1)"},
      {"1)", "1: this parenthesis was never opened (in \"1)\", at 2)"},
      {"1; DROP TABLE x", "1: one expression, without a semicolon (in \"1; DROP TABLE x\", at 2)"},
      {"?1 + 1", "0: unexpected \"?\" (in \"?1 + 1\", at 1)"},
      {"1 + :a", "4: unexpected \":\" (in \"1 + :a\", at 5)"},
      {"1 + $a", "4: unexpected \"$\" (in \"1 + $a\", at 5)"},
      {"@a", "0: unexpected \"@\" (in \"@a\", at 1)"},
  }));
  CAPTURE(expression);
  CHECK(fault(bench, expression) == expected);
}

TEST_CASE("sql: aggregates belong to tables and subqueries") {
  Bench bench;
  with_prices(bench);
  for (const char* const call : {"sum(price)", "max(price)", "count(*)", "1 + avg(price)"}) {
    CAPTURE(call);
    CHECK(fault(bench, call).find("misuse of aggregate") != std::string::npos);
  }
}

TEST_CASE("sql: unknown names say what is there") {
  Bench bench;
  with_prices(bench);
  CHECK(fault(bench, "abs(prise - payment_cost)") ==
        std::string("4: no such column: prise (in \"abs(prise - payment_cost)\", at 5); "
                    "did you mean \"price\"? ") +
            kColumns);
  CHECK(fault(bench, "price = \"Free of charge\"") ==
        std::string("8: no such column: Free of charge (in \"price = \"Free of charge\"\", at 9); "
                    "text stands in single quotes; ") +
            kColumns);
  CHECK(fault(bench, "zzzzzzzz").starts_with("0: no such column: zzzzzzzz (in"));
  CHECK(fault(bench, "1 + splitpart('a', 'b', 1)") ==
        "4: no such function: splitpart (in \"1 + splitpart('a', 'b', 1)\", at 5); "
        "did you mean \"split_part\"?");
}

TEST_CASE("sql: an expression cannot reach out of itself") {
  Bench bench;
  with_prices(bench);
  for (const char* const expression : {
           "1) FROM sqlite_master --",
           "1) FROM sqlite_master WHERE (1",
           "1 AS x",
           "*",
           "price) UNION SELECT (1",
           "(SELECT count(*) FROM sqlite_master)",
           "(SELECT name FROM pragma_function_list LIMIT 1)",
           "(SELECT sql FROM sqlite_schema)",
           "(WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT max(n) FROM x)",
           "load_extension('x')",
           "(ATTACH 'x' AS y)",
           "(PRAGMA writable_schema = 1)",
           "(DELETE FROM sqlite_master)",
           "fts3_tokenizer('simple')",
           "raise(abort, 'x')",
           "row_number() OVER ()",
           "max(price)",
       }) {
    CAPTURE(expression);
    CHECK(fault(bench, expression) != "ok");
  }
  CHECK(fault(bench, "load_extension('x')") ==
        "0: load_extension() is not for expressions (in \"load_extension('x')\", at 1)");
  CHECK(fault(bench, "(SELECT 1 FROM sqlite_master)")
            .find("no such table: sqlite_master (json_each and json_tree may be read)") !=
        std::string::npos);
}

TEST_CASE("sql: an error names its expression") {
  Bench bench;
  with_prices(bench);
  const Schema schema(bench.fields);
  const auto column_of = [&](const std::string& where, const std::vector<Column>& columns) {
    try {
      Expressions(bench.engine, schema, where, columns, "data");
      return size_t{99};
    } catch (const ExpressionError& error) {
      return error.column;
    }
  };
  CHECK(column_of("prise > 1", {{"a", "price", {}}}) == ExpressionError::kWhere);
  CHECK(column_of("price > 1", {{"a", "price", {}}, {"b", "prise + 1", {}}}) == 1);
  CHECK(column_of("price > 1", {{"a", "price", {}}, {"b", "price + 1", {}}}) == 99);
}

TEST_CASE("sql: a constant that a function refuses is known before the first record") {
  Bench bench;
  with_prices(bench);
  CHECK(fault(bench, "regexp('(', items)").starts_with("0: regexp: \"(\": "));
  CHECK(fault(bench, "date_trunc('fortnight', items)")
            .starts_with("0: date_trunc: no unit \"fortnight\""));
  CHECK(fault(bench, "parse_timestamp(items, '%d.%m')") != "ok");
  CHECK(fault(bench, "parse_timestamp(items, 'iso', 'Mars/Base')") ==
        "0: parse_timestamp: unknown timezone \"Mars/Base\" (in \"parse_timestamp(items, 'iso', "
        "'Mars/Base')\", at 1)");
  CHECK(fault(bench, "split_part(items, ',', 0)") != "ok");
  CHECK(fault(bench, "url_part(items, 'port of call')") != "ok");
  CHECK(fault(bench, "items ->> coalesce(price, '[')") == "ok");
}

}  // namespace streamworker::sql
