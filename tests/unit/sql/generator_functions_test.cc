// Randomness: only with a seed, and then the same again.
#include <set>

#include "unit/catch.h"
#include "unit/sql/evaluate.h"

namespace streamworker::sql {
namespace {

constexpr const char* kAll =
    "random() || ' ' || hex(randomblob(4)) || ' ' || random_between(1, 100) || ' ' || "
    "random_between(0.0, 1.0) || ' ' || one_of('a', 'b', 'c') || ' ' || uuid()";

}  // namespace

TEST_CASE("sql: no randomness in pipelines, and why") {
  Bench bench;
  CHECK(fault(bench, "1 + random()") ==
        "4: random() is for generators only: a record may be processed again (in \"1 + random()\", "
        "at 5)");
  for (const char* const call :
       {"randomblob(4)", "random_between(1, 2)", "one_of(1, 2)", "uuid()"}) {
    CAPTURE(call);
    CHECK(fault(bench, call).find("is for generators only") != std::string::npos);
  }
}

TEST_CASE("sql: a record's randomness depends on the seed and its number alone") {
  Bench first(7);
  Bench second(7);
  Bench other(8);
  std::set<std::string> seen;
  for (int64_t n = 0; n < 20; ++n) {
    first.engine.start_record(n);
    seen.insert(first.text(kAll));
  }
  CHECK(seen.size() == 20);
  for (int64_t n = 19; n >= 0; --n) {
    second.engine.start_record(n);
    CHECK(seen.count(second.text(kAll)) == 1);
    other.engine.start_record(n);
    CHECK(seen.count(other.text(kAll)) == 0);
  }
}

TEST_CASE("sql: random values lie where they were asked for") {
  Bench bench(1);
  std::set<std::string> chosen;
  std::set<std::string> between;
  for (int64_t n = 0; n < 200; ++n) {
    bench.engine.start_record(n);
    chosen.insert(bench.text("one_of('a', 2, NULL)"));
    between.insert(bench.text("random_between(-1, 1)"));
    CHECK(bench.text("random_between(0.25, 0.5) BETWEEN 0.25 AND 0.5") == "1");
  }
  CHECK(chosen == std::set<std::string>{"'a'", "2", "NULL"});
  CHECK(between == std::set<std::string>{"-1", "0", "1"});
  CHECK(bench.text("random_between(3, 3)") == "3");
  CHECK(bench.text("uuid() REGEXP '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                   "[0-9a-f]{12}$'") == "1");
  CHECK(bench.text("random_between(-9223372036854775807 - 1, 9223372036854775807) IS NOT NULL") ==
        "1");
  CHECK(fault(bench, "random_between(2, 1)") != "ok");
  CHECK(fault(bench, "one_of()") != "ok");
}

TEST_CASE("sql: each call draws anew") {
  Bench bench(1);
  CHECK(bench.text("random() = random()") == "0");
  CHECK(bench.text("uuid() = uuid()") == "0");
}

}  // namespace streamworker::sql
