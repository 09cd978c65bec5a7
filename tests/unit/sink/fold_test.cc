#include "sink/fold.h"

#include <map>
#include <optional>

#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

using Action = Step::Action;

std::vector<Step> folded(const Table& table, const Batch& batch, KeyOrder order,
                         const std::vector<RefusedRow>& refused = {}) {
  std::vector<Step> steps;
  fold(table, batch, order, refused, steps);
  return steps;
}

// A database of one table: what one statement per step makes of it.
class Model {
 public:
  explicit Model(bool newest) : newest_(newest) {}

  void apply(Action action, const Value* row, const std::string& id) {
    if (action == Action::Delete) {
      rows_.erase(id);
      return;
    }
    const std::optional<int64_t> seen =
        row[2].is_null() ? std::nullopt : std::optional(row[2].as_int());
    const auto at = rows_.find(id);
    const bool older = newest_ && at != rows_.end() && at->second.seen > seen;
    if (!older) rows_[id] = {std::string(row[1].as_view()), seen};
  }

  struct Row {
    std::string text;
    std::optional<int64_t> seen;
    bool operator==(const Row&) const = default;
  };
  bool operator==(const Model& other) const { return rows_ == other.rows_; }

 private:
  bool newest_;
  std::map<std::string, Row> rows_;
};

// Digit → what happens: 0 nothing, 1 to 3 a row of a or b with seen null, 1, 2, 4 a deletion.
void add(Filler& fill, unsigned digit, size_t place) {
  const std::string id = digit > 4 ? "b" : "a";
  const unsigned what = digit > 4 ? digit - 4 : digit;
  if (what == 0) return;
  if (what == 4) {
    fill.erase(id);
    return;
  }
  fill.put(id, std::to_string(place), what == 1 ? Value() : Value::of_int(what - 1));
}

// The rows of `mask` are refused.
void check_sequence(unsigned sequence, bool newest, KeyOrder order, unsigned mask) {
  const Table table = small_table(true, newest);
  Batch batch(table.columns);
  Filler fill(batch);
  for (size_t place = 0; place < 4; ++place, sequence /= 9) add(fill, sequence % 9, place);
  if (mask >> batch.size() != 0) return;
  std::vector<RefusedRow> refused;
  for (size_t row = 0; row < batch.size(); ++row)
    if ((mask >> row & 1U) != 0) refused.push_back({row, ""});
  const auto steps = folded(table, batch, order, refused);
  for (const int before : {0, 1, 2}) {  // the row of "a" before the batch: none, seen 1, seen 2
    Model one_by_one(newest);
    Model at_once(newest);
    const Value old[] = {Value::of_string("a"), Value::of_string("old"), Value::of_int(before)};
    if (before != 0) one_by_one.apply(Action::Write, old, "a");
    if (before != 0) at_once.apply(Action::Write, old, "a");
    const auto id = [&](size_t row) { return std::string(batch.row(row)[0].as_view()); };
    for (size_t row = 0; row < batch.size(); ++row)
      if ((mask >> row & 1U) == 0)
        one_by_one.apply(batch.meta(row).deleted ? Action::Delete : Action::Write, batch.row(row),
                         id(row));
    for (const Step& step : steps) at_once.apply(step.action, batch.row(step.row), id(step.row));
    if (!(one_by_one == at_once)) FAIL("differs");
  }
  if (steps.size() > 4) FAIL("more steps than two keys can need");
}

TEST_CASE("folding leaves what one row after the other would have left, in all orders") {
  const bool newest = GENERATE(false, true);
  const KeyOrder order = GENERATE(KeyOrder::Exact, KeyOrder::Padded, KeyOrder::Unknown);
  for (unsigned sequence = 0; sequence < 9 * 9 * 9 * 9; ++sequence)
    check_sequence(sequence, newest, order, 0);
  SUCCEED();
}

TEST_CASE("refused rows take nothing with them, whichever they are") {
  const bool newest = GENERATE(false, true);
  const KeyOrder order = GENERATE(KeyOrder::Exact, KeyOrder::Unknown);
  for (unsigned sequence = 0; sequence < 9 * 9 * 9 * 9; sequence += 2)
    for (unsigned mask = 1; mask < 16; ++mask) check_sequence(sequence, newest, order, mask);
  SUCCEED();
}

TEST_CASE("steps are sorted by key, deletions first") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).put("c", "0").put("a", "1").erase("d").put("a", "2").erase("b");
  CHECK(folded(table, batch, KeyOrder::Exact) ==
        std::vector<Step>{
            {Action::Delete, 4}, {Action::Delete, 2}, {Action::Write, 3}, {Action::Write, 0}});
}

TEST_CASE("the batch's order is kept where the database may see other keys as equal") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).put("b", "0").put("A", "1").put("a", "2").put("b", "3");
  CHECK(folded(table, batch, KeyOrder::Unknown) ==
        std::vector<Step>{{Action::Write, 1}, {Action::Write, 2}, {Action::Write, 3}});
}

TEST_CASE("a deletion may be of a key that differs to us alone: newest folds nothing then") {
  const Table table = small_table(true, true);
  Batch batch(table.columns);
  Filler(batch).put("a", "0", Value::of_int(9)).erase("A").put("a", "2", Value::of_int(1));
  CHECK(folded(table, batch, KeyOrder::Unknown) ==
        std::vector<Step>{{Action::Write, 0}, {Action::Delete, 1}, {Action::Write, 2}});
  CHECK(folded(table, batch, KeyOrder::Unknown, {{0, ""}}) ==
        std::vector<Step>{{Action::Delete, 1}, {Action::Write, 2}});
}

TEST_CASE("trailing blanks are one key only where the database pads") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).put("a ", "0").put("a", "1").put("", "2").put("  ", "3");
  CHECK(folded(table, batch, KeyOrder::Padded) ==
        std::vector<Step>{{Action::Write, 3}, {Action::Write, 1}});
  CHECK(folded(table, batch, KeyOrder::Exact).size() == 4);
}

TEST_CASE("a null in the key is equal to nothing") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).row({{}, Value::of_string("0"), {}}).row({{}, Value::of_string("1"), {}});
  CHECK(folded(table, batch, KeyOrder::Exact).size() == 2);
}

TEST_CASE("keys of several columns and of all kinds") {
  Table table;
  table.upsert = true;
  table.key = {1, 0};
  table.columns = Schema({{"a", {Type::Int}}, {"b", {Type::Decimal, 10, 2}}});
  Batch batch(table.columns);
  const auto money = [](int cents) { return Value::of_decimal(cents, 2); };
  Filler(batch)
      .row({Value::of_int(2), money(100)})
      .row({Value::of_int(1), money(100)})
      .row({Value::of_int(9), money(-5)})
      .row({Value::of_int(2), money(100)});
  CHECK(folded(table, batch, KeyOrder::Exact) ==
        std::vector<Step>{{Action::Write, 2}, {Action::Write, 1}, {Action::Write, 3}});
}

TEST_CASE("inserts are not folded") {
  const Table table = small_table(false);
  Batch batch(table.columns);
  Filler(batch).put("b", "0").put("a", "1").put("b", "2");
  CHECK(folded(table, batch, KeyOrder::Exact) ==
        std::vector<Step>{{Action::Write, 0}, {Action::Write, 1}, {Action::Write, 2}});
  CHECK(folded(table, batch, KeyOrder::Exact, {{1, ""}}) ==
        std::vector<Step>{{Action::Write, 0}, {Action::Write, 2}});
}

}  // namespace
}  // namespace streamworker::sink
