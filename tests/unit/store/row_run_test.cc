#include "store/row_run.h"

#include "unit/catch.h"

namespace streamworker::store {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(const RowRun& run) {
  Pairs all;
  for (const RowChange& row : run.in_order())
    all.emplace_back(row.key, row.value ? std::string(*row.value) : "(gone)");
  return all;
}

TEST_CASE("rows come out by key, the last change of each") {
  RowRun run;
  CHECK(run.in_order().empty());
  run.add("b", "1");
  run.add("a", "2");
  run.add("b", "3");
  run.add("c", std::nullopt);
  run.add("a", std::nullopt);
  run.add("ab", "");
  CHECK(pairs_of(run) == Pairs{{"a", "(gone)"}, {"ab", ""}, {"b", "3"}, {"c", "(gone)"}});
  run.clear();
  CHECK(run.in_order().empty());
  CHECK(run.bytes() == 0);
}

TEST_CASE("an empty key is a key, and its last change counts") {
  RowRun run;
  run.add("", std::nullopt);
  run.add("", "");
  CHECK(pairs_of(run) == Pairs{{"", ""}});
  run.add("", std::nullopt);
  CHECK(pairs_of(run) == Pairs{{"", "(gone)"}});
}

TEST_CASE("what it takes grows with what was added") {
  RowRun run;
  run.add("key", std::string(1000, 'x'));
  CHECK(run.bytes() >= 1003);
  CHECK(run.bytes() < 1200);
}

}  // namespace
}  // namespace streamworker::store
