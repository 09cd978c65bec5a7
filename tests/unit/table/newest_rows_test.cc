// Rows that are replaced as a whole, on memory that is used again.
#include "table/newest_rows.h"

#include "unit/catch.h"
#include "unit/table/table_fixture.h"

namespace streamworker {

namespace {

Aggregates last_of_two() {
  return Aggregates(
      {compiled(call_of("last", {{{Type::String}}})), compiled(call_of("last", {{{Type::Int}}}))});
}

class NoneIsBad final : public BadRecords {
 public:
  Result<void> take(const Meta& /*meta*/, const std::string& /*step*/,
                    const std::string& message) override {
    FAIL(message);
    return {};
  }
};

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

TEST_CASE("records as changes of a store, in their order") {
  const Schema key({{"id", {Type::Int}, true}});
  const Schema in({{"id", {Type::Int}, true}, {"name", {Type::String}, true}});
  const std::vector<Aggregate> calls = {compiled(call_of("last", {{{Type::String}}}))};
  Metrics metrics;
  NoneIsBad bad;
  Counter null_keys = metrics.counter("null_keys", "", {});
  NewestRows rows(calls, key, bad, null_keys);
  Batch batch(in);
  const auto add = [&](Value id, Value name, bool deleted) {
    Meta meta;
    meta.deleted = deleted;
    Value* row = batch.add(meta);
    row[0] = id;
    row[1] = name;
  };
  add(i(7), s("Ann"), false);
  add(Value(), s("nobody"), false);
  add(i(8), Value(), true);
  add(i(7), Value(), false);
  REQUIRE(rows.process(batch));
  batch.clear();
  CHECK(null_keys.value() == 1);
  REQUIRE(rows.changes().size() == 3);
  CHECK(rows.changes()[0].key == "7");
  CHECK(rows.changes()[1].key == "8");
  CHECK_FALSE(rows.changes()[1].value);

  const Aggregates shown(calls);
  const TableRowForm form(shown, key);
  Arena arena;
  for (const auto& [change, name] : {std::pair{0, "Ann"}, std::pair{2, "null"}}) {
    const auto row = form.read(*rows.changes()[static_cast<size_t>(change)].value);
    REQUIRE(row);
    CHECK(show(shown.result(row->state, 0, arena)) == name);
    Value id;
    CHECK(form.key_of(*row, "7", &id));
    CHECK(id.as_int() == 7);
  }
  rows.clear();
  CHECK(rows.changes().empty());
}

}  // namespace streamworker
