// Statements over tables.
#include "unit/query/world.h"

namespace streamworker::query {
namespace {

const char* const kTables =
    "  t: {from: a, key: id, columns: {n: count(*), total: sum(n)}}\n"
    "  by_both: {from: a, key: [id, n], columns: {c: count(*)}}\n";

Value text(std::string_view of) { return Value::of_string(of); }
Value number(int64_t of) { return Value::of_int(of); }

class Filled : public World {
 public:
  Filled() : World(kTables) {
    open("t", 3);
    open("by_both", 2);
    for (const char* key : {"a", "b", "B", "ab", "b", "c"}) add("t", {text(key), number(2)});
    for (int64_t n = 1; n <= 3; ++n) add("by_both", {text("a"), number(n)});
    add("by_both", {text("b"), number(1)});
  }
};

TEST_CASE("columns are the key's fields and the table's") {
  Filled it;
  const auto reader = it.readers.lend();
  CHECK(*reader->sql(it.tables).run("SELECT * FROM t WHERE id = 'b'", {}) ==
        R"j({"columns":["id","n","total"],"rows":[["b",2,4]]})j");
}

TEST_CASE("what SQL can do") {
  Filled it;
  CHECK(it.sql("SELECT count(*), sum(total) FROM t") == "[[5,12]]");
  CHECK(it.sql("SELECT id FROM t WHERE id LIKE 'b%' ORDER BY id") == R"j([["B"],["b"]])j");
  CHECK(it.sql("SELECT id FROM t WHERE id >= 'ab' AND id < 'c' ORDER BY 1 DESC") ==
        R"j([["b"],["ab"]])j");
  CHECK(it.sql("SELECT id FROM t WHERE id IN ('c', 'a', 'x') ORDER BY id") == R"j([["a"],["c"]])j");
  CHECK(it.sql("SELECT id FROM t WHERE id = 'a' OR id = 'c' ORDER BY id") == R"j([["a"],["c"]])j");
  CHECK(it.sql("SELECT id FROM t WHERE id = 'B' COLLATE NOCASE ORDER BY id") ==
        R"j([["B"],["b"]])j");
  CHECK(it.sql("SELECT t.id, n.n, c FROM t JOIN by_both n USING (id) ORDER BY 1, 2") ==
        R"j([["a",1,1],["a",2,1],["a",3,1],["b",1,1]])j");
  CHECK(it.sql("SELECT c FROM by_both WHERE id = 'a' AND n = 2") == "[[1]]");
  CHECK(it.sql("SELECT id, count(*) FROM by_both GROUP BY id HAVING count(*) > 1") ==
        R"j([["a",3]])j");
  CHECK(it.sql("SELECT id, rank() OVER (ORDER BY total DESC, id) FROM t ORDER BY 2 LIMIT 2") ==
        R"j([["b",1],["B",2]])j");
  CHECK(it.sql("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3) "
               "SELECT count(*) FROM c, t") == "[[15]]");
  CHECK(it.sql("SELECT x'00ff', 1.5, NULL, date_trunc('day', '2026-01-02 03:04:05')") ==
        R"j([["AP8=",1.5,null,"2026-01-02 00:00:00.000"]])j");
  CHECK(it.sql("SELECT value FROM json_each('[1,2]')") == "[[1],[2]]");
}

TEST_CASE("a walk over all rows of one key reads only those") {
  Filled it;
  const auto plan = it.sql("EXPLAIN QUERY PLAN SELECT * FROM t WHERE id = 'a'");
  CHECK(plan.find("VIRTUAL TABLE INDEX 0:a0") != std::string::npos);
  CHECK(it.sql("EXPLAIN QUERY PLAN SELECT * FROM t WHERE id LIKE 'a%'").find("INDEX 0:f0") !=
        std::string::npos);
}

TEST_CASE("a statement sees one moment of a table, the next one another") {
  Filled it;
  const auto reader = it.readers.lend();
  SqlTable table(it.tables, reader->of(it.info("t")));
  const auto first = table.open({});
  it.add("t", {text("new"), number(1)});
  const auto second = table.open({});
  int rows = 0;
  while (*(*second)->next()) ++rows;
  CHECK(rows == 5);
  CHECK(it.sql("SELECT count(*) FROM t") == "[[6]]");
}

TEST_CASE("nothing but queries of the tables") {
  Filled it;
  for (const char* statement :
       {"DELETE FROM t", "INSERT INTO t VALUES ('x', 1, 1)", "ATTACH 'x.db' AS x",
        "PRAGMA table_list", "CREATE TABLE x(a)", "CREATE TEMP TABLE x AS SELECT 1", "BEGIN",
        "DROP TABLE t", "VACUUM INTO 'x.db'", "SELECT * FROM sqlite_schema", "SELECT random()",
        "SELECT * FROM pragma_table_list", "SELECT load_extension('x')", "REINDEX",
        "SELECT count(*) FROM sqlite_master"}) {
    CAPTURE(statement);
    CHECK(it.sql(statement).front() != '[');
  }
  CHECK(it.sql("PRAGMA table_list").find("SELECT and WITH") != std::string::npos);
  CHECK(it.sql("SELECT 1; SELECT 2") == "one statement at a time");
  CHECK(it.sql("SELECT 1 ; ") == "[[1]]");
  CHECK(it.sql("  ") == "there is no statement");
  CHECK(it.sql("SELEC 1") == "SQLite: near \"SELEC\": syntax error");
  CHECK(it.sql("SELECT x FROM t") == "SQLite: no such column: x");
  CHECK(it.sql("SELECT \"x\" FROM t") == "SQLite: no such column: x");
  CHECK(it.sql("SELECT 1 FROM nowhere") == "SQLite: no such table: nowhere");
}

TEST_CASE("answers have limits") {
  Filled it;
  CHECK(it.sql("SELECT id FROM t", {5, 1000, std::chrono::seconds(1)}).front() == '[');
  CHECK(it.sql("SELECT id FROM t", {4, 1000, std::chrono::seconds(1)}) ==
        "the answer has more than 4 rows: add a WHERE or a LIMIT");
  CHECK(it.sql("SELECT hex(zeroblob(1000)) FROM t", {10, 1000, std::chrono::seconds(1)})
            .find("the answer is larger than") == 0);
  CHECK(it.sql("SELECT length(zeroblob(20000000))").find("too big") != std::string::npos);
  const std::string endless =
      "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT max(i) FROM c";
  CHECK(it.sql(endless, {10, 1000, std::chrono::seconds(-1)}).find("takes longer than") !=
        std::string::npos);
}

TEST_CASE("a table that is not there to be read now is to be asked again") {
  Filled it;
  it.tables.hide(*it.owner);
  CHECK(it.sql("SELECT count(*) FROM t") ==
        "later: partition 0 of table t is being restored or moved");
  CHECK(it.sql("SELECT 1") == "[[1]]");
}

}  // namespace
}  // namespace streamworker::query
