#include "sink/batch_steps.h"

#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

using Action = Step::Action;

TEST_CASE("nothing is refused: nothing is unfolded, and nobody is asked") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).put("a", "0").put("a", "1");
  BatchSteps steps;
  steps.start(table, batch, KeyOrder::Exact);
  CHECK(steps.steps() == std::vector<Step>{{Action::Write, 1}});
  CHECK_FALSE(steps.unfolds());
  Refusals refusals;
  CHECK(steps.hand_over(refusals, {}));
  CHECK(refusals.taken.empty());
}

TEST_CASE("a refused row alone under its key changes no other step") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).put("b", "0").put("a", "1").put("c", "2");
  BatchSteps steps;
  steps.start(table, batch, KeyOrder::Exact);
  steps.refuse(0, "1406: too long");
  CHECK_FALSE(steps.unfolds());
  Refusals refusals;
  CHECK(steps.hand_over(refusals, {}));
  CHECK(refusals.taken ==
        std::map<Offset, std::string>{{0, "1406: too long, in row id 'b' (offset 0)"}});
}

TEST_CASE("rows that a refused one had folded away are tried, all of the key, until none is left") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).put("a", "0").put("b", "1").put("a", "2").put("a", "3");
  BatchSteps steps;
  steps.start(table, batch, KeyOrder::Exact);
  steps.refuse(3, "too long");
  REQUIRE(steps.unfolds());
  CHECK(steps.steps() ==
        std::vector<Step>{{Action::Write, 1}, {Action::Write, 0}, {Action::Write, 2}});
  steps.refuse(2, "too long");
  steps.refuse(0, "too long");
  CHECK_FALSE(steps.unfolds());
  CHECK(steps.refused().size() == 3);
  CHECK((steps.refused()[0].row == 0 && steps.refused()[2].row == 3));
}

TEST_CASE("a deletion where rows are inserted is refused at once") {
  const Table table = small_table(false);
  Batch batch(table.columns);
  Filler(batch).put("a", "0").erase("a").put("b", "2");
  BatchSteps steps;
  steps.start(table, batch, KeyOrder::Unknown);
  CHECK(steps.steps() == std::vector<Step>{{Action::Write, 0}, {Action::Write, 2}});
  CHECK_FALSE(steps.unfolds());
  REQUIRE(steps.refused().size() == 1);
  CHECK(steps.refused()[0].message.find("needs an upsert key") != std::string::npos);
}

TEST_CASE("what RowRefusals says is passed on") {
  const Table table = small_table();
  Batch batch(table.columns);
  Filler(batch).put("a", "0");
  BatchSteps steps;
  steps.start(table, batch, KeyOrder::Exact);
  steps.refuse(0, "too long");
  Refusals refusals;
  refusals.answer = retry("the topic does not answer");
  const auto kept = steps.hand_over(refusals, {});
  REQUIRE_FALSE(kept);
  CHECK(kept.error().remedy == Remedy::Retry);
}

}  // namespace
}  // namespace streamworker::sink
