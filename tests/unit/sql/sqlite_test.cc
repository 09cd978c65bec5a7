// Connections and statements, as sinks use them.
#include "sql/sqlite.h"

#include <filesystem>

#include <unistd.h>

#include "unit/catch.h"

namespace streamworker::sql {
namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sw-sqlite-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("sqlite: values as they are bound") {
  auto db = Connection::open(":memory:");
  REQUIRE(db);
  auto statement = Statement::prepare(*db, "SELECT quote(?1), typeof(?1)");
  REQUIRE(statement);
  const unsigned char uuid[16] = {1, 2, 3};
  const std::vector<std::tuple<Value, std::string, std::string>> cases = {
      {Value(), "NULL", "null"},
      {Value::of_int(-5), "-5", "integer"},
      {Value::of_bool(true), "1", "integer"},
      {Value::of_double(1.5), "1.5", "real"},
      {Value::of_decimal(-12500, 3), "'-12.500'", "text"},
      {Value::of_timestamp(1'500'000), "'1970-01-01 00:00:01.500'", "text"},
      {Value::of_timestamp(1'500'007), "'1970-01-01 00:00:01.500007'", "text"},
      {Value::of_timestamp(-1), "'1969-12-31 23:59:59.999999'", "text"},
      {Value::of_date(1), "'1970-01-02'", "text"},
      {Value::of_uuid(uuid), "'01020300-0000-0000-0000-000000000000'", "text"},
      {Value::of_string("it's"), "'it''s'", "text"},
      {Value::of_string({}), "''", "text"},
      {Value::of_json("{}"), "'{}'", "text"},
      {Value::of_bytes(std::string_view("a\0b", 3)), "X'610062'", "blob"},
      {Value::of_bytes({}), "X''", "blob"},
  };
  for (const auto& [value, quoted, type] : cases) {
    statement->bind(1, value);
    REQUIRE(*statement->step());
    CHECK(statement->text_at(0) == quoted);
    CHECK(statement->text_at(1) == type);
    statement->reset();
  }
}

TEST_CASE("sqlite: scripts, rows, changes") {
  auto db = Connection::open(":memory:");
  REQUIRE(db);
  REQUIRE(
      db->run("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 'x'), "
              "(2, NULL)"));
  CHECK(db->changes() == 2);
  auto rows = Statement::prepare(*db, "SELECT a, b FROM t ORDER BY a");
  REQUIRE(rows);
  REQUIRE(*rows->step());
  CHECK(rows->int_at(0) == 1);
  CHECK(rows->text_at(1) == "x");
  REQUIRE(*rows->step());
  CHECK(rows->null_at(1));
  CHECK(rows->text_at(1).empty());
  CHECK_FALSE(*rows->step());
}

TEST_CASE("sqlite: errors say what to do") {
  auto db = Connection::open(":memory:");
  REQUIRE(db);
  const auto bad = db->run("SELEKT 1");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().remedy == Remedy::Stop);
  CHECK(bad.error().message == "SQLite: near \"SELEKT\": syntax error");
  CHECK_FALSE(Statement::prepare(*db, "SELECT * FROM nowhere"));
  CHECK_FALSE(Statement::prepare(*db, "  "));
  CHECK_FALSE(Connection::open("/nowhere/at/all.db"));
}

TEST_CASE("sqlite: a locked file is to be tried again") {
  const Folder folder;
  const std::string path = folder.path / "a.db";
  auto first = Connection::open(path);
  auto second = Connection::open(path);
  REQUIRE(first);
  REQUIRE(second);
  REQUIRE(first->run("CREATE TABLE t (a); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)"));
  const auto busy = second->run("INSERT INTO t VALUES (2)");
  REQUIRE_FALSE(busy);
  CHECK(busy.error().remedy == Remedy::Retry);
  CHECK(second->code() == 5);
  REQUIRE(first->run("COMMIT"));
  CHECK(second->run("INSERT INTO t VALUES (2)"));
}

TEST_CASE("sqlite: a connection and a statement move") {
  auto made = Connection::open(":memory:");
  REQUIRE(made);
  Connection db = std::move(*made);
  Connection moved;
  moved = std::move(db);
  auto statement = Statement::prepare(moved, "SELECT 7");
  REQUIRE(statement);
  Statement other;
  other = std::move(*statement);
  REQUIRE(*other.step());
  CHECK(other.int_at(0) == 7);
}

}  // namespace streamworker::sql
