// Sessions on SQLite files. Those of a server: tests/integration/sink/mysql_session_test.cc.
#include "sink/session.h"

#include <atomic>
#include <thread>

#include "unit/catch.h"
#include "unit/sink/folder.h"

namespace streamworker::sink {
namespace {

std::unique_ptr<Session> on_file(const std::string& path) {
  config::Database spec;
  spec.scheme = "sqlite";
  spec.database = path;
  return open_session(spec);
}

SqlResult works(Session& session, std::string_view statement, const SqlParameters& given = {}) {
  auto result = session.run(statement, given);
  if (!result) FAIL(result.error().message);
  return *result;
}

std::string stops(Session& session, std::string_view statement, const SqlParameters& given = {}) {
  const auto result = session.run(statement, given);
  REQUIRE_FALSE(result);
  CHECK(result.error().remedy == Remedy::Stop);
  return result.error().message;
}

TEST_CASE("a session binds parameters and returns rows with their types") {
  const Folder folder;
  const auto session = on_file(folder.file("a.db"));
  works(*session, "CREATE TABLE t (i INTEGER, d REAL, s TEXT)");
  const SqlParameters row = {{"i", int64_t{7}}, {"d", 0.5}, {"s", "it's :i"}};
  CHECK(works(*session, "INSERT INTO t VALUES (:i, :d, :s), (:i, NULL, NULL)", row).affected == 2);
  const SqlResult rows = works(*session, "SELECT i, d, s FROM t ORDER BY d DESC");
  CHECK(rows.columns == std::vector<std::string>{"i", "d", "s"});
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.rows[0] == std::vector<SqlValue>{int64_t{7}, 0.5, "it's :i"});
  CHECK(rows.rows[1] == std::vector<SqlValue>{int64_t{7}, SqlValue(), SqlValue()});
  CHECK(rows.affected == 0);
  CHECK(works(*session, "UPDATE t SET s = 'x'").affected == 2);
  CHECK(works(*session, "CREATE TABLE u (i INTEGER)").affected == 0);
}

TEST_CASE("a statement whose rows nobody wants does all that it does") {
  const Folder folder;
  const auto session = on_file(folder.file("a.db"));
  works(*session, "CREATE TABLE t (i INTEGER)");
  CHECK(session->drain("INSERT INTO t VALUES (:i) RETURNING i", {{"i", int64_t{7}}}));
  CHECK(session->drain("SELECT i FROM t", {}));
  CHECK(works(*session, "SELECT i FROM t").rows.at(0).at(0) == SqlValue(int64_t{7}));
  // Up to the last one, which fails.
  const auto late = session->drain(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) "
      "SELECT CASE i WHEN 100 THEN abs(-9223372036854775807 - 1) END FROM n",
      {});
  REQUIRE_FALSE(late);
  CHECK(late.error().message.find("overflow") != std::string::npos);
  CHECK_FALSE(session->drain("SELECT :a", {}));
}

TEST_CASE("what a person must mend stops") {
  const auto session = on_file(":memory:");
  CHECK(stops(*session, "SELEC 1").find("syntax error") != std::string::npos);
  CHECK(stops(*session, "SELECT :b", {{"a", int64_t{1}}}) ==
        "the parameter :b has no value; given: a");
  CHECK(stops(*session, "SELECT ?") == "a parameter is written :name here, not ?");
  CHECK(stops(*session, "SELECT 1; SELECT 2") == "more than one statement in one text");
  works(*session, "SELECT 1 ; ");
  const auto plain = session->run_each("SELECT :a", nullptr);
  CHECK_FALSE(plain);
}

TEST_CASE("a transaction is visible to others when it is committed") {
  const Folder folder;
  const auto session = on_file(folder.file("a.db"));
  const auto other = on_file(folder.file("a.db"));
  works(*session, "CREATE TABLE t (i INTEGER)");
  REQUIRE(session->begin());
  CHECK(session->in_transaction());
  works(*session, "INSERT INTO t VALUES (1)");
  CHECK(works(*other, "SELECT count(*) FROM t").rows[0][0] == SqlValue(int64_t{0}));
  REQUIRE(session->commit());
  CHECK(works(*other, "SELECT count(*) FROM t").rows[0][0] == SqlValue(int64_t{1}));
  REQUIRE(session->begin());
  works(*session, "DELETE FROM t");
  session->disconnect();
  CHECK_FALSE(session->in_transaction());
  REQUIRE(session->rollback());
  CHECK(works(*session, "SELECT count(*) FROM t").rows[0][0] == SqlValue(int64_t{1}));
}

TEST_CASE("one of two sessions gets the lock, and the other when it is given back") {
  const Folder folder;
  const auto one = on_file(folder.file("a.db"));
  const auto two = on_file(folder.file("a.db"));
  works(*one, "CREATE TABLE t (i INTEGER)");
  auto taken = one->lock("x");
  REQUIRE(taken);
  CHECK(*taken);
  works(*one, "INSERT INTO t VALUES (1)");
  taken = two->lock("x");
  REQUIRE(taken);
  CHECK_FALSE(*taken);
  CHECK_FALSE(two->in_transaction());
  REQUIRE(one->commit());
  REQUIRE(one->unlock("x"));
  taken = two->lock("x");
  REQUIRE(taken);
  CHECK(*taken);
  CHECK(works(*two, "SELECT i FROM t").rows.size() == 1);
}

TEST_CASE("a statement that is interrupted fails with retry, and its transaction is rolled back") {
  const Folder folder;
  const auto session = on_file(folder.file("a.db"));
  works(*session, "CREATE TABLE t (i INTEGER)");
  REQUIRE(session->begin());
  works(*session, "INSERT INTO t VALUES (1)");
  std::atomic<bool> ended = false;
  std::thread interrupter([&] {
    // Until it has an effect: before the statement began it has none.
    while (!ended) session->interrupt();
  });
  const auto result = session->run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
  ended = true;
  interrupter.join();
  REQUIRE_FALSE(result);
  CHECK(result.error().remedy == Remedy::Retry);
  CHECK_FALSE(session->in_transaction());
  CHECK(works(*session, "SELECT count(*) FROM t").rows[0][0] == SqlValue(int64_t{0}));
}

TEST_CASE("times are written as each database compares them") {
  const WallTime whole(Duration(1'574'683'200'000'000));
  CHECK(moment_text(Dialect::Mysql, whole) == "2019-11-25 12:00:00");
  CHECK(moment_text(Dialect::Sqlite, whole) == "2019-11-25 12:00:00.000");
  const WallTime millis = whole + std::chrono::milliseconds(7);
  CHECK(moment_text(Dialect::Mysql, millis) == "2019-11-25 12:00:00.007000");
  CHECK(moment_text(Dialect::Sqlite, millis) == "2019-11-25 12:00:00.007");
  const WallTime micros = millis + Duration(1);
  CHECK(moment_text(Dialect::Sqlite, micros) == "2019-11-25 12:00:00.007001");
  for (const auto dialect : {Dialect::Mysql, Dialect::Sqlite})
    for (const WallTime at : {whole, millis, micros})
      CHECK(moment_of(moment_text(dialect, at)) == at);
  CHECK_FALSE(moment_of("soon"));
  CHECK_FALSE(moment_of(int64_t{5}));
}

}  // namespace
}  // namespace streamworker::sink
