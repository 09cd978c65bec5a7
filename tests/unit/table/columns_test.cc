#include "table/columns.h"

#include "base/clock.h"
#include "base/format.h"
#include "record/batch.h"
#include "table/aggregate_call.h"
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

// "sum <amount> if <ok> as decimal(12,3)"
std::string show(const SplitCall& call) {
  std::string text = call.function;
  for (const std::string& argument : call.arguments) text += fmt::format(" <{}>", argument);
  if (call.filter) text += fmt::format(" if <{}>", *call.filter);
  if (call.as) text += fmt::format(" as {}", to_string(*call.as));
  return text;
}

std::string show(const sql::Column& column) {
  return column.expression + (column.type ? " as " + to_string(*column.type) : "");
}

std::vector<std::string> calls_of(const SplitColumns& split) {
  std::vector<std::string> shown;
  for (const SplitCall& call : split.calls) shown.push_back(show(call));
  return shown;
}

SplitColumns split(const std::string& text, std::optional<FieldType> type = {}) {
  return split_columns({{"x", text, type}});
}

// The calls of one column, then its expression.
std::vector<std::string> parts(const std::string& text, std::optional<FieldType> type = {}) {
  const SplitColumns made = split(text, type);
  std::vector<std::string> shown = calls_of(made);
  REQUIRE(made.columns.size() == 1);
  shown.push_back(show(made.columns.front()));
  return shown;
}

using Parts = std::vector<std::string>;

// "4: an empty FILTER", without what follows in parentheses; "ok".
std::string fault(const std::string& text) {
  try {
    split_columns({{"good", "count(*)", {}}, {"bad", text, {}}});
    return "ok";
  } catch (const ColumnsError& error) {
    CHECK(error.column == 1);
    const std::string message = error.what();
    const std::string place = fmt::format(" (in \"{}\", at {})", text, error.offset + 1);
    REQUIRE(message.ends_with(place));
    return fmt::format("{}: {}", error.offset, message.substr(0, message.size() - place.size()));
  }
}

}  // namespace

TEST_CASE("columns: a call alone is the name of its result") {
  const SplitColumns made = split("sum(amount)");
  REQUIRE(made.calls.size() == 1);
  CHECK(made.calls[0].text == "sum(amount)");
  CHECK(made.calls[0].function == "sum");
  CHECK(made.calls[0].arguments == Parts{"amount"});
  CHECK_FALSE(made.calls[0].filter);
  CHECK_FALSE(made.calls[0].as);
  REQUIRE(made.columns.size() == 1);
  CHECK(made.columns[0].name == "x");
  CHECK(made.columns[0].expression == "\"#0\"");
  CHECK_FALSE(made.columns[0].type);
  CHECK(result_name(12) == "#12");
}

TEST_CASE("columns: blanks, comments and parentheses around a call") {
  const Parts sum{"sum <amount>", "\"#0\""};
  CHECK(parts("  sum ( amount )\n") == sum);
  CHECK(parts("/* all */ sum(amount) -- of it") == sum);
  CHECK(parts("((sum(amount)))") == sum);
  CHECK(parts("SUM(amount)") == sum);
  CHECK(parts("\"Sum\"(amount)") == sum);
  CHECK(parts("(sum(amount)) + (1)") == Parts{"sum <amount>", "(\"#0\") + (1)"});
  CHECK(split(" Sum( a /* b */ ) FILTER(where c) ").calls[0].text ==
        "Sum( a /* b */ ) FILTER(where c)");
}

TEST_CASE("columns: arguments") {
  CHECK(parts("count(*)") == Parts{"count", "\"#0\""});
  CHECK(parts("count( * )") == Parts{"count", "\"#0\""});
  CHECK(parts("sum(a * b)") == Parts{"sum <a * b>", "\"#0\""});
  CHECK(parts("min_by(name, price)") == Parts{"min_by <name> <price>", "\"#0\""});
  CHECK(parts("topk(score, 3)") == Parts{"topk <score> <3>", "\"#0\""});
  CHECK(parts("percentile(x, 0.95)") == Parts{"percentile <x> <0.95>", "\"#0\""});
  CHECK(parts("histogram(x, -1, 10,20)") == Parts{"histogram <x> <-1> <10> <20>", "\"#0\""});
  CHECK(parts("sum((price - payment_cost) / nullif(price, 0))") ==
        Parts{"sum <(price - payment_cost) / nullif(price, 0)>", "\"#0\""});
  CHECK(parts("sum(CASE WHEN a IN (1, 2) THEN coalesce(b, 0) ELSE 0 END)") ==
        Parts{"sum <CASE WHEN a IN (1, 2) THEN coalesce(b, 0) ELSE 0 END>", "\"#0\""});
  CHECK(parts("last(data ->> '$.a,b')") == Parts{"last <data ->> '$.a,b'>", "\"#0\""});
}

TEST_CASE("columns: expressions over results") {
  CHECK(parts("sum(ok) * 1.0 / count(*)") == Parts{"sum <ok>", "count", "\"#0\" * 1.0 / \"#1\""});
  CHECK(parts("round(avg(price) FILTER (WHERE ad_type = 'Free'), 2)") ==
        Parts{"avg <price> if <ad_type = 'Free'>", "round(\"#0\", 2)"});
  CHECK(parts("CASE WHEN count(*)>1 THEN sum(a) ELSE min(a) END") ==
        Parts{"count", "sum <a>", "min <a>", "CASE WHEN \"#0\">1 THEN \"#1\" ELSE \"#2\" END"});
  CHECK(parts("nullif(count(*) - count(x), 0) -- sum(y)") ==
        Parts{"count", "count <x>", "nullif(\"#0\" - \"#1\", 0) -- sum(y)"});
  CHECK(parts("-sum(a)") == Parts{"sum <a>", "-\"#0\""});
  CHECK(parts("key || ':' || count(*)") == Parts{"count", "key || ':' || \"#0\""});
}

TEST_CASE("columns: without a call they stay as they are") {
  for (const std::string text : {"customer_id", "upper(customer_id) || '!'", "round(1.5)", "", " ",
                                 "count", "count + sum", "max IN (1, 2)", "(1)", "()"})
    CHECK(parts(text) == Parts{text});
}

TEST_CASE("columns: quotes and comments hold no calls") {
  CHECK(parts("'sum(a)'") == Parts{"'sum(a)'"});
  CHECK(parts("\"sum(a)\"") == Parts{"\"sum(a)\""});
  CHECK(parts("[sum(a)] + `count(*)`") == Parts{"[sum(a)] + `count(*)`"});
  CHECK(parts("1 /* sum(a) */") == Parts{"1 /* sum(a) */"});
  CHECK(parts("last(')' || '(,')") == Parts{"last <')' || '(,'>", "\"#0\""});
  CHECK(parts("first('it''s (' || \"a)\"\"b\")") ==
        Parts{"first <'it''s (' || \"a)\"\"b\">", "\"#0\""});
  CHECK(parts("sum(a /* ), count(*) */ + [b)])") ==
        Parts{"sum <a /* ), count(*) */ + [b)]>", "\"#0\""});
  CHECK(parts("sum(a) || ' FILTER (WHERE b)'") ==
        Parts{"sum <a>", "\"#0\" || ' FILTER (WHERE b)'"});
}

TEST_CASE("columns: FILTER") {
  CHECK(parts("count(*) filter(where (a = 1 or b in (2, 3)) and c <> ')')") ==
        Parts{"count if <(a = 1 or b in (2, 3)) and c <> ')'>", "\"#0\""});
  CHECK(parts("count(*) FILTER (WHERE ok) * 100 / count(*)") ==
        Parts{"count if <ok>", "count", "\"#0\" * 100 / \"#1\""});
  CHECK(parts("filter") == Parts{"filter"});
  CHECK(parts("sum(filter) FILTER (WHERE filter)") == Parts{"sum <filter> if <filter>", "\"#0\""});
}

TEST_CASE("columns: min and max of several arguments are scalar") {
  CHECK(parts("max(sum(a), sum(b))") == Parts{"sum <a>", "sum <b>", "max(\"#0\", \"#1\")"});
  CHECK(parts("sum(max(a, b))") == Parts{"sum <max(a, b)>", "\"#0\""});
  CHECK(parts("max(min(a, b))") == Parts{"max <min(a, b)>", "\"#0\""});
  CHECK(parts("max(coalesce(a, b))") == Parts{"max <coalesce(a, b)>", "\"#0\""});
  CHECK(parts("MIN(max(a), 10)") == Parts{"max <a>", "MIN(\"#0\", 10)"});
  CHECK(parts("sum(a) FILTER (WHERE max(a, b) > 1)") ==
        Parts{"sum <a> if <max(a, b) > 1>", "\"#0\""});
  CHECK(fault("sum(max(a))") == "4: an aggregate within an aggregate: sum(max(a))");
  CHECK(fault("sum(max(a, min(b)))") ==
        "11: an aggregate within an aggregate: sum(max(a, min(b)))");
}

TEST_CASE("columns: within a select SQLite's aggregates are its own") {
  const std::string largest = "(SELECT max(value) FROM json_each(items))";
  CHECK(parts("sum(" + largest + ")") == Parts{"sum <" + largest + ">", "\"#0\""});
  CHECK(parts(largest) == Parts{largest});
  CHECK(parts("(select count(*) FROM json_each(collect_set(x)) WHERE (sum(value) > 1))+count(*)") ==
        Parts{"collect_set <x>", "count",
              "(select count(*) FROM json_each(\"#0\") WHERE (sum(value) > 1))+\"#1\""});
  CHECK(fault("sum((SELECT first(value) FROM json_each(items)))") ==
        "12: an aggregate within an aggregate: sum((SELECT first(value) FROM json_each(items)))");
}

TEST_CASE("columns: equal calls are one") {
  const SplitColumns made = split_columns({{"total", "sum(a + b)", {}},
                                           {"mean", "SUM( a+b ) / count(*)", {}},
                                           {"n", "count ( * )", {}},
                                           {"free", "count(*) FILTER (WHERE t = 'F')", {}},
                                           {"share", "count(*) filter(where t='F')*1.0", {}},
                                           {"spaced", "count(*) FILTER (WHERE t = 'F ')", {}},
                                           {"twice", "sum(a /* and */ + b) + sum(a + b)", {}}});
  CHECK(calls_of(made) ==
        Parts{"sum <a + b>", "count", "count if <t = 'F'>", "count if <t = 'F '>"});
  std::vector<std::string> columns;
  for (const sql::Column& column : made.columns)
    columns.push_back(fmt::format("{}: {}", column.name, show(column)));
  CHECK(columns == Parts{"total: \"#0\"", "mean: \"#0\" / \"#1\"", "n: \"#1\"", "free: \"#2\"",
                         "share: \"#2\"*1.0", "spaced: \"#3\"", "twice: \"#0\" + \"#0\""});
  CHECK(parts("sum(A) + sum(a)") == Parts{"sum <A>", "sum <a>", "\"#0\" + \"#1\""});
  CHECK(parts("sum(ab) + sum(a)") == Parts{"sum <ab>", "sum <a>", "\"#0\" + \"#1\""});
}

TEST_CASE("columns: a decimal goes to the call that is alone, other types to the result") {
  const FieldType money = decimal(12, 3);
  CHECK(parts("sum(a)", money) == Parts{"sum <a> as decimal(12,3)", "\"#0\""});
  CHECK(parts("(max_by(a, b))", money) == Parts{"max_by <a> <b> as decimal(12,3)", "\"#0\""});
  CHECK(parts("sum(a)", FieldType{Type::Double}) == Parts{"sum <a>", "\"#0\" as double"});
  CHECK(parts("sum(a) / 2", money) == Parts{"sum <a>", "\"#0\" / 2 as decimal(12,3)"});
  // Those that do not look at it.
  CHECK(parts("count(*)", money) == Parts{"count", "\"#0\" as decimal(12,3)"});
  CHECK(parts("stddev(a)", money) == Parts{"stddev <a>", "\"#0\" as decimal(12,3)"});
}

TEST_CASE("columns: another `as` is another call") {
  const SplitColumns made = split_columns({{"a", "sum(x)", {}},
                                           {"b", "sum(x)", decimal(12, 3)},
                                           {"c", "sum( x )", decimal(12, 3)},
                                           {"d", "sum(x)", decimal(12, 2)},
                                           {"e", "sum(x)", FieldType{Type::Int}}});
  CHECK(calls_of(made) == Parts{"sum <x>", "sum <x> as decimal(12,3)", "sum <x> as decimal(12,2)"});
  std::vector<std::string> columns;
  for (const sql::Column& column : made.columns) columns.push_back(show(column));
  CHECK(columns == Parts{"\"#0\"", "\"#1\"", "\"#1\"", "\"#2\"", "\"#0\" as int"});
}

TEST_CASE("columns: faults, and where they are") {
  CHECK(fault("sum(a") == "3: this parenthesis is never closed");
  CHECK(fault("sum(a))") == "6: this parenthesis was never opened");
  CHECK(fault("sum('a)") == "4: this quote is never closed");
  CHECK(fault("1 + sum(count(*))") == "8: an aggregate within an aggregate: sum(count(*))");
  CHECK(fault("sum(a + Avg (b))") == "8: an aggregate within an aggregate: sum(a + Avg (b))");
  CHECK(fault("sum(a) FILTER (WHERE b > avg(b))") ==
        "25: an aggregate within an aggregate: sum(a) FILTER (WHERE b > avg(b))");
  CHECK(fault("sum(a) FILTER ()") == "15: FILTER needs a WHERE");
  CHECK(fault("sum(a) FILTER (WHERE)") == "20: an empty FILTER");
  CHECK(fault("sum(a) FILTER (WHERE /* b */ ) + 1") == "29: an empty FILTER");
  CHECK(fault("sum(a) FILTER (b > 1)") == "15: FILTER needs a WHERE");
  CHECK(fault("sum(a) FILTER WHERE b") == "7: FILTER needs (WHERE …)");
  CHECK(fault("sum(a) FILTER") == "7: FILTER needs (WHERE …)");
  CHECK(fault("topk(a,)") == "7: an empty argument");
  CHECK(fault("topk(, 3)") == "5: an empty argument");
  CHECK(fault("topk(a, , 3)") == "8: an empty argument");
}

TEST_CASE("columns: DISTINCT and OVER are told what to use") {
  CHECK(fault("1 + count( distinct a + b )") ==
        "11: no DISTINCT here: count_distinct(a + b) counts different values, collect_set(a + b) "
        "collects them");
  CHECK(fault("sum(a) OVER (ORDER BY b)") == "7: window functions are for /sql");
  CHECK(fault("sum(a) FILTER (WHERE b) over w") == "24: window functions are for /sql");
  CHECK(fault("row_number() OVER ()") == "13: window functions are for /sql");
  CHECK(fault("over") == "ok");
  CHECK(fault("sum(\"distinct\")") == "ok");
}

TEST_CASE("columns: how many arguments there are is for compile() to judge") {
  CHECK(parts("sum()") == Parts{"sum", "\"#0\""});
  CHECK(parts("sum(*)") == Parts{"sum", "\"#0\""});
  CHECK(parts("sum(a, b)") == Parts{"sum <a> <b>", "\"#0\""});
}

TEST_CASE("columns: a literal number") {
  const auto shown = [](std::string_view text) {
    const auto value = literal_number(text);
    if (!value) return std::string("none");
    return (value->kind() == Value::Kind::Int ? "int " : "double ") + show(*value);
  };
  CHECK(shown("3") == "int 3");
  CHECK(shown("-3") == "int -3");
  CHECK(shown("+3") == "int 3");
  CHECK(shown("007") == "int 7");
  CHECK(shown("9223372036854775807") == "int 9223372036854775807");
  CHECK(shown("-9223372036854775808") == "int -9223372036854775808");
  CHECK(literal_number("9223372036854775808") == d(9223372036854775808.0));
  CHECK(literal_number("0.95") == d(0.95));
  CHECK(literal_number("-.5") == d(-0.5));
  CHECK(literal_number("+2.") == d(2));
  CHECK(literal_number("1e3") == d(1000));
  CHECK(literal_number("1.5E-2") == d(0.015));
  for (const char* text : {"", "-", "+", "+-3", "--3", "a", "3a", "1e", "1e999", "'3'", "\"3\"",
                           "x'33'", "1 + 2", "inf", "-nan", "(3)", "3 4", ".", "1.2.3"}) {
    INFO(text);
    CHECK(shown(text) == "none");
  }
}

TEST_CASE("columns: messages speak of what the user wrote") {
  const std::vector<std::string> results{"sum(amount)", "count(*)"};
  CHECK(as_written("no such function: f (in \"\"#0\" / f(\"#1\")\", at 8)", results) ==
        "no such function: f (in \"sum(amount) / f(count(*))\", at 15)");
  CHECK(as_written("no such column: x (in \"x + \"#0\"\", at 1); columns here: #0, #1, id",
                   results) ==
        "no such column: x (in \"x + sum(amount)\", at 1); columns here: id");
  CHECK(as_written("something else", results) == "something else");
}

TEST_CASE("columns: what they are split into compiles and evaluates") {
  const SplitColumns made = split_columns({{"total", "sum(a)", decimal(12, 3)},
                                           {"larger", "max(sum(a), sum(b)) * 2", {}},
                                           {"key", "k", {}}});
  REQUIRE(made.calls.size() == 3);
  const Schema results({{result_name(0), decimal(12, 3), true},
                        {result_name(1), {Type::Int}, true},
                        {result_name(2), {Type::Int}, true},
                        {"k", {Type::String}, false}});
  ManualClock clock{WallTime{}};
  sql::Engine engine(clock);
  sql::Expressions expressions(engine, results, "", made.columns, "");
  CHECK(to_string(expressions.schema()[0].type) == "decimal(12,3)");
  const std::vector<Value> row{decimal_value("1.250", 3), i(3), i(4), s("de")};
  std::vector<Value> out(3);
  Arena arena;
  REQUIRE(expressions.run(row.data(), Meta{}, arena, out.data()));
  CHECK(out[0] == Value::of_decimal(1250, 3));
  CHECK(out[1] == i(8));
  CHECK(out[2] == s("de"));
}
