#include "table/aggregate_call.h"

#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

std::string result_type(const std::string& function, std::vector<AggregateArgument> arguments) {
  const auto made = compile(call_of(function, std::move(arguments)));
  return made ? to_string(made->result) : made.error().message;
}

std::string result_as(const std::string& function, FieldType argument, FieldType as) {
  AggregateCall call = call_of(function, {{argument}});
  call.as = as;
  const auto made = compile(call);
  return made ? to_string(made->result) : made.error().message;
}

const FieldType kJson{Type::Json};

}  // namespace

TEST_CASE("results have types") {
  CHECK(result_type("count", {}) == "int");
  CHECK(result_type("count", {{kJson}}) == "int");
  CHECK(result_type("sum", {{kInt}}) == "int");
  CHECK(result_type("sum", {{{Type::Bool}}}) == "int");
  CHECK(result_type("sum", {{kDouble}}) == "double");
  CHECK(result_type("sum", {{kAny}}) == "any");
  CHECK(result_type("sum", {{decimal(10, 3)}}) == "decimal(38,3)");
  CHECK(result_type("avg", {{kInt}}) == "double");
  CHECK(result_type("avg", {{kAny}}) == "double");
  CHECK(result_type("avg", {{decimal(10, 3)}}) == "decimal(38,7)");
  CHECK(result_type("avg", {{decimal(36, 3)}}) == "decimal(38,5)");
  CHECK(result_type("avg", {{decimal(38, 38)}}) == "decimal(38,38)");
  CHECK(result_type("avg", {{decimal(10, 0)}}) == "decimal(38,4)");
  CHECK(result_type("min", {{decimal(10, 3)}}) == "decimal(10,3)");
  CHECK(result_type("max", {{{Type::Timestamp}}}) == "timestamp");
  CHECK(result_type("first", {{kJson}}) == "json");
  CHECK(result_type("min_by", {{kString}, {kInt}}) == "string");
  CHECK(result_type("collect_list", {{kInt}}) == "json");
  CHECK(result_type("count_distinct", {{kString}}) == "int");
  CHECK(result_type("topk", {{kInt}, constant(i(3))}) == "json");
  CHECK(result_type("percentile", {{kInt}, constant(d(0.5))}) == "double");
  CHECK(result_type("histogram", {{kInt}, constant(i(1)), constant(d(2.5))}) == "json");
}

TEST_CASE("what cannot be computed is an error at start") {
  CHECK(result_type("median", {{kInt}}) == "there is no aggregate median");
  CHECK(result_type("sum", {{kString}}) == "takes numbers, not string");
  CHECK(result_type("avg", {{{Type::Timestamp}}}) == "takes numbers, not timestamp");
  CHECK(result_type("min", {{kJson}}) == "json has no order");
  CHECK(result_type("max_by", {{kInt}, {kJson}}) == "json has no order");
  CHECK(result_type("sum", {}) == "takes 1 argument, not 0");
  CHECK(result_type("min", {{kInt}, {kInt}}) == "takes 1 argument, not 2");
  CHECK(result_type("min_by", {{kInt}}) == "takes 2 arguments, not 1");
  CHECK(result_type("count", {{kInt}, {kInt}}) == "takes * or 1 argument, not 2");
  CHECK(result_type("histogram", {{kInt}}) == "takes a number and 1 to 100 bounds, not 1");
  CHECK(result_type("histogram", {{kInt}, constant(i(2)), constant(i(2))}) ==
        "its bounds must ascend");
  CHECK(result_type("histogram", {{kInt}, {kInt}}) == "its bounds are constant numbers");
  CHECK(result_type("percentile", {{kInt}, constant(d(1.5))}) ==
        "its second argument is a constant from 0 to 1");
  for (const AggregateArgument& k : {constant(i(0)), constant(i(1001)), constant(d(2)),
                                     constant(s("3")), AggregateArgument{kInt}})
    CHECK(result_type("topk", {{kInt}, k}) ==
          "its second argument, how many are kept, is a constant from 1 to 1000");
}

TEST_CASE("a decimal that a column asks for is the result's type") {
  const FieldType as = decimal(12, 3);
  CHECK(result_as("sum", kAny, as) == "decimal(12,3)");
  CHECK(result_as("avg", kDouble, as) == "decimal(12,3)");
  CHECK(result_as("max", decimal(20, 6), as) == "decimal(12,3)");
  CHECK(result_as("last", kInt, as) == "decimal(12,3)");
  CHECK(result_as("count", kAny, as) == "int");
  CHECK(result_as("stddev", kAny, as) == "double");
  CHECK(result_as("first", kString, as) == "string cannot be rounded to decimal(12,3)");
  CHECK(result_as("sum", kInt, kDouble) == "int cannot be rounded to double");
}

TEST_CASE("which functions can take back, and which can be put together from panes") {
  std::string back;
  std::string panes;
  for (const char* name : {"count", "sum", "avg", "stddev", "variance", "min", "max", "first",
                           "last", "min_by", "max_by", "collect_list", "collect_set",
                           "count_distinct", "topk", "topk_distinct", "histogram", "percentile"}) {
    CHECK(is_aggregate(name));
    std::vector<AggregateArgument> arguments{{kInt}};
    const std::string_view function = name;
    if (function.ends_with("_by") || function.starts_with("topk") || function == "histogram" ||
        function == "percentile")
      arguments.push_back(constant(i(1)));
    const Aggregate made = compiled(call_of(name, arguments));
    if (made.takes_back()) back += std::string(name) + " ";
    if (!made.merges()) panes += std::string(name) + " ";
  }
  CHECK(back == "count sum avg stddev variance collect_list collect_set histogram ");
  CHECK(panes == "first last collect_list ");
  CHECK_FALSE(is_aggregate("Sum"));
  CHECK_FALSE(is_aggregate("round"));
}
