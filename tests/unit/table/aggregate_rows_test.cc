// Records that pass a filter, that are taken as a whole or not at all, and that are taken back.
#include <limits>

#include "table/aggregates.h"
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

using namespace streamworker;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

}  // namespace

TEST_CASE("a filter decides by record") {
  AggregateCall filtered = call_of("sum", {{kInt}});
  filtered.filtered = true;
  AggregateCall counted = call_of("count", {});
  counted.filtered = true;
  Aggregates calls({compiled(filtered), compiled(call_of("count", {})), compiled(counted),
                    compiled(call_of("max_by", {{kString}, {kInt}}))});
  CHECK(calls.width() == 5);
  AggregateRow row = calls.make_row();
  for (const auto& [filter, x] : {std::pair{i(1), 5}, {i(0), 7}, {kNull, 9}, {d(0.5), 11}}) {
    const std::string text = std::to_string(x);
    const Value args[] = {filter, i(x), filter, s(text), i(x)};
    CHECK(calls.add(row, args).has_value());
  }
  Arena arena;
  CHECK(show(calls.result(row, 0, arena)) == "16");
  CHECK(show(calls.result(row, 1, arena)) == "4");
  CHECK(show(calls.result(row, 2, arena)) == "2");
  CHECK(show(calls.result(row, 3, arena)) == "11");
}

TEST_CASE("what passes a filter is a number but 0") {
  AggregateCall call = call_of("count", {});
  call.filtered = true;
  OneCall count(call);
  for (const Value& yes : {i(-1), d(0.1), Value::of_bool(true), decimal_value("0.01", 2)})
    CHECK(count.add({yes}).empty());
  CHECK(count.result() == "4");
  for (const Value& no : {i(0), d(0), d(-0.0), Value::of_bool(false), decimal_value("0", 2), kNull,
                          s("1"), Value::of_timestamp(5)})
    CHECK(count.add({no}).empty());
  CHECK(count.result() == "4");
}

TEST_CASE("a row takes a record as a whole or not at all") {
  Aggregates calls({compiled(call_of("count", {})), compiled(call_of("collect_list", {{kInt}})),
                    compiled(call_of("sum", {{kInt}}))});
  AggregateRow row = calls.make_row();
  const auto bytes = [&] {
    std::string out;
    calls.append(row, out);
    return out;
  };
  const Value first[] = {i(1), i(kMost)};
  REQUIRE(calls.add(row, first).has_value());
  const std::string before = bytes();
  REQUIRE_FALSE(calls.add(row, first).has_value());
  CHECK(bytes() == before);
  AggregateRow other = calls.make_row();
  REQUIRE(calls.add(other, first).has_value());
  REQUIRE_FALSE(calls.merge(row, other).has_value());
  CHECK(bytes() == before);
  const Value never[] = {i(2), i(1)};
  const auto back = calls.take_back(row, never);
  REQUIRE_FALSE(back.has_value());
  CHECK(back.error().message == "collect_list(x): a value is taken back that was not added");
  CHECK(bytes() == before);
}

TEST_CASE("more cannot be taken back than was added") {
  for (const char* name : {"count", "sum", "avg", "variance", "collect_list", "collect_set"}) {
    OneCall call(name, {{kInt}});
    call.with({i(1)});
    CHECK(call.take_back({i(1)}).empty());
    CHECK(call.bytes() == OneCall(name, {{kInt}}).bytes());
    CHECK(call.take_back({i(1)}) ==
          std::string(name) + "(x): a value is taken back that was not added");
    CHECK(call.take_back({kNull}).empty());
  }
}

// It cannot be told that another value was added; but nothing stays of a sum of nothing.
TEST_CASE("a sum of nothing is as new") {
  for (const char* name : {"sum", "avg", "variance"}) {
    for (const FieldType type : {kInt, kDouble, kAny}) {
      OneCall call(name, {{type}});
      const Value one = type == kDouble ? d(1) : i(1);
      const Value two = type == kDouble ? d(2) : i(2);
      CHECK(call.with({one}).take_back({two}).empty());
      CHECK(call.bytes() == OneCall(name, {{type}}).bytes());
      call.reread();
    }
  }
}
