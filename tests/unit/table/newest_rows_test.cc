// Rows that are replaced as a whole, on memory that is used again.
#include "unit/catch.h"
#include "unit/table/table_fixture.h"

namespace streamworker {

namespace {

Aggregates last_of_two() {
  return Aggregates(
      {compiled(call_of("last", {{{Type::String}}})), compiled(call_of("last", {{{Type::Int}}}))});
}

}  // namespace

TEST_CASE("a cleared row is as a new one") {
  Aggregates calls = last_of_two();
  Arena arena;
  AggregateRow row = calls.make_row();
  const Value first[] = {s("a text that is longer than any that is kept in place"), i(7)};
  REQUIRE(calls.add(row, first));
  calls.clear(row);
  CHECK(show(calls.result(row, 0, arena)) == "null");
  CHECK(show(calls.result(row, 1, arena)) == "null");
  std::string cleared;
  std::string fresh;
  calls.append(row, cleared);
  calls.append(calls.make_row(), fresh);
  CHECK(cleared == fresh);
}

TEST_CASE("a cleared row takes the next record, and nulls stay null") {
  Aggregates calls = last_of_two();
  Arena arena;
  AggregateRow row;  // of no table
  calls.clear(row);
  const Value first[] = {s("one"), i(7)};
  REQUIRE(calls.add(row, first));
  calls.clear(row);
  const Value second[] = {Value(), i(8)};
  REQUIRE(calls.add(row, second));
  CHECK(show(calls.result(row, 0, arena)) == "null");
  CHECK(show(calls.result(row, 1, arena)) == show(i(8)));
  std::string bytes;
  calls.append(row, bytes);
  auto again = calls.read(bytes);
  REQUIRE(again);
  CHECK(show(calls.result(*again, 1, arena)) == show(i(8)));
}

}  // namespace streamworker
