// Point reads and walks over rows that lie on the disk.
#include "unit/query/world.h"

namespace streamworker::query {
namespace {

using Lines = std::vector<std::string>;

const char* const kTotals = "  t: {from: a, key: id, columns: {n: count(*), total: sum(n)}}\n";

Value text(std::string_view of) { return Value::of_string(of); }
Value number(int64_t of) { return Value::of_int(of); }

TEST_CASE("a row is found by its key, in whichever partition it is") {
  World it(kTotals);
  it.open("t", 4);
  for (const char* key : {"a", "b", "c", "a", "x/y \"z\""}) it.add("t", {text(key), number(2)});
  CHECK(it.get("t", "a") == R"j({"n":2,"total":4})j");
  CHECK(it.get("t", "c") == R"j({"n":1,"total":2})j");
  CHECK(it.get("t", "x/y \"z\"") == R"j({"n":1,"total":2})j");
  CHECK(it.get("t", R"j(["x/y \"z\""])j") == R"j({"n":1,"total":2})j");
  CHECK(it.get("t", "d") == "absent");
}

TEST_CASE("a walk gives the rows of all partitions in the order of their keys") {
  World it(kTotals);
  it.open("t", 3);
  for (const char* key : {"d", "b", "a", "c", "ba", "ab"}) it.add("t", {text(key), number(1)});
  CHECK(it.rows("t") == Lines{R"j("a" {"n":1,"total":1})j", R"j("ab" {"n":1,"total":1})j",
                              R"j("b" {"n":1,"total":1})j", R"j("ba" {"n":1,"total":1})j",
                              R"j("c" {"n":1,"total":1})j", R"j("d" {"n":1,"total":1})j"});
  CHECK(it.rows("t", {"b", "c"}) ==
        Lines{R"j("b" {"n":1,"total":1})j", R"j("ba" {"n":1,"total":1})j"});
  CHECK(it.rows("t", {"e", ""}).empty());
}

TEST_CASE("what having hides is absent, also where nothing reads the table's changes") {
  World it("  t: {from: a, key: id, columns: {n: count(*)}, having: n > 1}\n");
  it.open("t", 2);
  for (const char* key : {"a", "b", "b"}) it.add("t", {text(key)});
  CHECK(it.get("t", "a") == "absent");
  CHECK(it.get("t", "b") == R"j({"n":2})j");
  CHECK(it.rows("t").size() == 1);
}

TEST_CASE("keys that are no texts, and keys of several fields") {
  World it(
      "  by_n: {from: a, key: n, columns: {c: count(*)}}\n"
      "  by_both: {from: a, key: [id, n], columns: {c: count(*)}}\n");
  it.open("by_n", 2);
  it.open("by_both", 2);
  it.add("by_n", {number(-7)});
  it.add("by_both", {text("a\"b"), number(7)});
  it.add("by_both", {Value(), number(7)});
  CHECK(it.get("by_n", "-7") == R"j({"c":1})j");
  CHECK(it.get("by_n", "[-7]") == R"j({"c":1})j");
  CHECK(it.get("by_n", "seven") == "no key");
  CHECK(it.rows("by_n") == Lines{R"j(-7 {"c":1})j"});
  CHECK(it.get("by_both", R"j([ "a\"b" , 7 ])j") == R"j({"c":1})j");
  CHECK(it.get("by_both", R"j([null,7])j") == R"j({"c":1})j");
  CHECK(it.get("by_both", "a") == "no key");
  CHECK(it.get("by_both", R"j(["a"])j") == "no key");
  CHECK(it.rows("by_both") == Lines{R"j(["a\"b",7] {"c":1})j", R"j([null,7] {"c":1})j"});
}

TEST_CASE("a walk shows a partition as it was when the walk began") {
  World it(kTotals);
  it.open("t", 1);
  it.add("t", {text("a"), number(1)});
  it.add("t", {text("b"), number(1)});
  const TableInfo& of = it.info("t");
  const auto reader = it.readers.lend();
  const auto cursor = open_rows(reader->of(of), *it.tables.readable(of), {});
  it.add("t", {text("b"), number(1)});
  it.add("t", {text("c"), number(1)});
  int count = 0;
  for (; *cursor->next(); ++count) CHECK(cursor->row().values()[1].as_int() == 1);
  CHECK(count == 2);
}

}  // namespace
}  // namespace streamworker::query
