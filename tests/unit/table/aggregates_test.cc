#include "table/aggregates.h"

#include <cmath>
#include <limits>

#include "record/decimal.h"
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

OneCall rounded(const std::string& function, FieldType argument, FieldType as) {
  AggregateCall call = call_of(function, {{argument}});
  call.as = as;
  return OneCall(call);
}

// Refused with this message, and the state is what it was.
void check_refused(OneCall& call, std::initializer_list<Value> args, const std::string& message) {
  const std::string before = call.bytes();
  CHECK(call.add(args) == message);
  CHECK(call.bytes() == before);
}

}  // namespace

TEST_CASE("of nothing, and of nulls only, counts are 0, lists empty, all else null") {
  for (const char* name : {"sum", "avg", "stddev", "variance", "min", "max", "first", "last"}) {
    for (const FieldType type : {kInt, kDouble, decimal(10, 2), kAny}) {
      OneCall call(name, {{type}});
      CHECK(call.result() == "null");
      CHECK(call.with({kNull, kNull}).result() == "null");
    }
  }
  CHECK(OneCall("count", {}).result() == "0");
  CHECK(OneCall("count", {{kInt}}).with({kNull}).result() == "0");
  CHECK(OneCall("count_distinct", {{kInt}}).with({kNull}).result() == "0");
  CHECK(OneCall("percentile", {{kInt}, constant(d(0.5))}).with({kNull}).result() == "null");
  CHECK(OneCall("histogram", {{kInt}, constant(i(3))}).with({kNull}).result() == "[0,0]");
  for (const char* name : {"collect_list", "collect_set"})
    CHECK(OneCall(name, {{kInt}}).with({kNull}).result() == "[]");
  for (const char* name : {"topk", "topk_distinct"})
    CHECK(OneCall(name, {{kInt}, constant(i(2))}).with({kNull}).result() == "[]");
  OneCall by("min_by", {{kInt}, {kInt}});
  CHECK(by.add({kNull, i(1)}).empty());
  CHECK(by.add({i(1), kNull}).empty());
  CHECK(by.result() == "null");
}

TEST_CASE("counts") {
  OneCall all("count", {});
  CHECK(all.add({}).empty());
  CHECK(all.add({}).empty());
  CHECK(all.result() == "2");
  CHECK(OneCall("count", {{kString}}).with({s("a"), kNull, s("")}).result() == "2");
}

TEST_CASE("ints are summed exactly or not at all") {
  CHECK(OneCall("sum", {{kInt}}).with({i(1), kNull, i(-5)}).result() == "-4");
  CHECK(OneCall("sum", {{{Type::Bool}}})
            .with({Value::of_bool(true), Value::of_bool(false), Value::of_bool(true)})
            .result() == "2");
  OneCall sum("sum", {{kInt}});
  sum.with({i(kMost), i(-1), i(1)});
  CHECK(sum.result() == "9223372036854775807");
  check_refused(sum, {i(1)}, "sum(x): the result would not fit int");
  sum.with({i(-kMost), i(-kMost), i(-1)});
  CHECK(sum.result() == "-9223372036854775808");
  check_refused(sum, {i(-1)}, "sum(x): the result would not fit int");
  OneCall other("sum", {{kInt}});
  other.with({i(-1)});
  CHECK(sum.merge(other) == "sum(x): the result would not fit int");
  CHECK(sum.result() == "-9223372036854775808");
  OneCall avg("avg", {{kInt}});
  CHECK(avg.with({i(kMost), i(kMost), i(kMost)}).result() == show(d(0x1p63)));
  CHECK(OneCall("avg", {{kInt}}).with({i(1), i(2)}).result() == show(d(1.5)));
}

TEST_CASE("decimals are summed exactly or not at all") {
  const FieldType type = decimal(10, 2);
  OneCall sum("sum", {{type}});
  for (int n = 0; n < 1000; ++n) sum.with({decimal_value("0.10", 2)});
  CHECK(sum.result() == "100.00");
  const Value most = Value::of_decimal(power_of_ten(38) - 1, 2);
  OneCall wide("sum", {{decimal(38, 2)}});
  wide.with({most});
  check_refused(wide, {decimal_value("0.01", 2)}, "sum(x): the result would not fit decimal(38,2)");
  CHECK(wide.with({decimal_value("-0.01", 2)}).result() ==
        "999999999999999999999999999999999999.98");
}

TEST_CASE("averages of decimals are exact and rounded half away from zero") {
  OneCall avg("avg", {{decimal(10, 2)}});
  CHECK(avg.with({decimal_value("1.00", 2), decimal_value("1.00", 2), decimal_value("0.00", 2)})
            .result() == "0.666667");
  OneCall half("avg", {{decimal(38, 0)}});
  CHECK(half.with({decimal_value("-1", 0), decimal_value("-2", 0)}).result() == "-2");
  OneCall large("avg", {{decimal(34, 0)}});
  const std::string nines(34, '9');
  CHECK(large.with({decimal_value(nines, 0), decimal_value(nines, 0)}).result() == nines + ".0000");
}

TEST_CASE("arguments are rounded to the decimal that the column asks for") {
  OneCall sum = rounded("sum", kAny, decimal(5, 2));
  CHECK(sum.with({d(1.005), d(-0.005), i(2), kNull}).result() == "3.00");
  check_refused(sum, {d(1000)}, "sum(x): a value does not fit decimal(5,2)");
  check_refused(sum, {d(kInfinity)}, "sum(x): a value is not finite (NaN or infinity)");
  check_refused(sum, {s("1")}, "sum(x): a value is no decimal(5,2)");
  check_refused(sum, {d(996.999)}, "sum(x): the result would not fit decimal(5,2)");
  CHECK(sum.with({d(996.99)}).result() == "999.99");
  OneCall avg = rounded("avg", decimal(10, 4), decimal(5, 2));
  CHECK(avg.with({decimal_value("0.0150", 4), decimal_value("0.0149", 4)}).result() == "0.02");
  for (int n = 0; n < 10; ++n) avg.with({decimal_value("999.0000", 4)});
  CHECK(avg.result() == "832.50");
  CHECK(rounded("last", kDouble, decimal(5, 2)).with({d(2.675)}).result() == "2.68");
}

TEST_CASE("sums of doubles lose nothing to large values that come and go") {
  OneCall sum("sum", {{kDouble}});
  sum.with({d(0.1), d(1e17), d(0.2)});
  CHECK(sum.take_back({d(1e17)}).empty());
  CHECK(sum.result() == show(d(0.1 + 0.2)));
  CHECK(OneCall("sum", {{kDouble}}).with({d(1), d(1e100), d(1), d(-1e100)}).result() == show(d(2)));
  OneCall range("sum", {{kDouble}});
  range.with({d(1.7e308)});
  check_refused(range, {d(1e308)}, "sum(x): the result would not fit double");
  check_refused(range, {d(std::nan(""))}, "sum(x): a value is not finite (NaN or infinity)");
  check_refused(range, {s("1")}, "sum(x): a value is no double");
}

TEST_CASE("without a type a sum is an int while only ints come") {
  OneCall sum("sum", {{kAny}});
  CHECK(sum.with({i(3), i(4)}).result() == "7");
  CHECK(sum.with({d(0.5)}).result() == "7.5");
  CHECK(sum.take_back({d(0.5)}).empty());
  CHECK(sum.value() == i(7));
  check_refused(sum, {s("1")}, "sum(x): a value of a kind that it does not take");
  OneCall avg("avg", {{kAny}});
  CHECK(avg.with({i(1), d(2), Value::of_bool(true), i(4)}).result() == show(d(2)));
}

TEST_CASE("variance and stddev are those of a sample") {
  OneCall variance("variance", {{kInt}});
  CHECK(variance.with({i(5)}).result() == "null");
  variance.with({i(7), i(9)});
  CHECK(variance.result() == show(d(4)));
  CHECK(OneCall("stddev", {{kInt}}).with({i(5), i(7), i(9)}).result() == show(d(2)));
  OneCall far("variance", {{kDouble}});
  far.with({d(1e9 + 4), d(1e9 + 7), d(1e9 + 13), d(1e9 + 16)});
  CHECK(far.result() == show(d(30)));
  far.with({d(1e15)});
  CHECK(far.take_back({d(1e15)}).empty());
  CHECK(far.result() == show(d(30)));
  check_refused(far, {d(1e160)}, "variance(x): the result would not fit double");
}

TEST_CASE("min, max, first and last of all kinds") {
  const auto all = [](FieldType type, std::initializer_list<Value> values) {
    std::string text;
    for (const char* name : {"min", "max", "first", "last"})
      text += OneCall(name, {{type}}).with(values).result() + " ";
    return text;
  };
  CHECK(all(kInt, {kNull, i(2), i(1), i(3), i(2), kNull}) == "1 3 2 2 ");
  CHECK(all(kDouble, {d(2), d(-1), d(2.5)}) == "-1 2.5 2 2.5 ");
  CHECK(all(kString, {s("b"), s(""), s("a long text that is longer than the others"), s("c")}) ==
        " c b c ");
  CHECK(all(decimal(10, 1), {decimal_value("2.5", 1), decimal_value("-7.0", 1)}) ==
        "-7.0 2.5 2.5 -7.0 ");
  CHECK(all({Type::Bool}, {Value::of_bool(true), Value::of_bool(false)}) ==
        "false true true false ");
  CHECK(all({Type::Date}, {Value::of_date(1), Value::of_date(0)}) ==
        "1970-01-01 1970-01-02 1970-01-02 1970-01-01 ");
  CHECK(all({Type::Bytes}, {Value::of_bytes("b"), Value::of_bytes("\xff")}) ==
        "Yg== /w== Yg== /w== ");
  CHECK(all(kAny, {s("a"), i(2), d(1.5), Value::of_bytes("x")}) == "1.5 eA== a eA== ");
  CHECK(OneCall("last", {{{Type::Json}}}).with({Value::of_json("{}")}).result() == "{}");
  OneCall number("max", {{kInt}});
  check_refused(number, {s("a")}, "max(x): a value is no int");
}

TEST_CASE("min_by and max_by keep the first of equals") {
  OneCall least("min_by", {{kString}, {kInt}});
  OneCall most("max_by", {{kString}, {kInt}});
  for (OneCall* call : {&least, &most}) {
    for (const auto& [x, y] : {std::pair{"a", 2}, {"b", 1}, {"c", 1}, {"d", 3}, {"e", 3}})
      CHECK(call->add({s(x), i(y)}).empty());
    CHECK(call->add({kNull, i(9)}).empty());
    CHECK(call->add({s("null"), kNull}).empty());
  }
  CHECK(least.result() == "b");
  CHECK(most.result() == "d");
}

TEST_CASE("what is text lives in the row") {
  OneCall last("last", {{kString}});
  std::string text = "a text that is too long for the string itself to hold";
  last.with({s(text)});
  const std::string kept = text;
  text.assign(text.size(), 'x');
  CHECK(last.result() == kept);
  CHECK(last.calls.bytes(last.row) > sizeof(Slot) + kept.size());
}

TEST_CASE("histograms count what lies between bounds") {
  OneCall call("histogram",
               {{kAny}, constant(i(0)), constant(d(2.5)), constant(decimal_value("10.0", 1))});
  call.with({i(-1), i(0), d(2.4), d(2.5), i(10), i(99), kNull});
  CHECK(call.result() == "[1,2,1,2]");
  CHECK(call.take_back({i(11)}).empty());
  CHECK(call.result() == "[1,2,1,1]");
  CHECK(call.take_back({i(-5)}).empty());
  CHECK(call.take_back({i(-5)}) == "histogram(x): a value is taken back that was not added");
}
