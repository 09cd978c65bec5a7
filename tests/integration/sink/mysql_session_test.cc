// Sessions on a real server: results of CALL, locks, lost connections.
#include "sink/mysql_session.h"

#include <chrono>
#include <thread>

#include <sys/resource.h>

#include "integration/sink/server.h"
#include "unit/catch.h"

namespace streamworker::sink {
namespace {

SqlResult works(Session& session, std::string_view statement, const SqlParameters& given = {}) {
  auto result = session.run(statement, given);
  if (!result) FAIL(result.error().message);
  return *result;
}

bool locks(Session& session, const std::string& name) {
  const auto taken = session.lock(name);
  if (!taken) FAIL(taken.error().message);
  return *taken;
}

std::string id_of(Session& session) {
  return std::to_string(
      std::get<int64_t>(works(session, "SELECT CONNECTION_ID()").rows.at(0).at(0)));
}

TEST_CASE("all results of a procedure are read, also when it fails at the end") {
  OwnDatabase own;
  MysqlSession session(own.spec());
  works(session, "CREATE TABLE t (i INT PRIMARY KEY)");
  works(session,
        "CREATE PROCEDURE p(a INT) BEGIN SELECT 1 AS one; INSERT INTO t VALUES (a), (a + 1); "
        "SELECT i FROM t; END");
  const auto each = session.run_each("CALL p(5)", nullptr);
  REQUIRE(each);
  REQUIRE(each->size() == 3);
  CHECK((*each)[0].columns == std::vector<std::string>{"one"});
  CHECK((*each)[1].rows == std::vector<std::vector<SqlValue>>{{int64_t{5}}, {int64_t{6}}});
  const auto again = session.run("CALL p(:a)", {{"a", int64_t{5}}});
  REQUIRE_FALSE(again);
  CHECK(again.error().remedy == Remedy::Stop);
  CHECK(again.error().message.find("1062: ") != std::string::npos);
  CHECK(works(session, "SELECT COUNT(*) FROM t").rows[0][0] == SqlValue(int64_t{2}));
}

TEST_CASE("results that nobody wants are read to their end, and none is kept") {
  OwnDatabase own;
  MysqlSession session(own.spec());
  works(session, "CREATE TABLE t (i INT PRIMARY KEY)");
  works(session,
        "CREATE PROCEDURE p(a INT) BEGIN SELECT REPEAT('x', 1000000) FROM seq_1_to_300; INSERT "
        "INTO t VALUES (a); SELECT i FROM t; END");
  rusage before{};
  rusage after{};
  REQUIRE(::getrusage(RUSAGE_SELF, &before) == 0);
  REQUIRE(session.drain("CALL p(:a)", {{"a", int64_t{5}}}));
  REQUIRE(::getrusage(RUSAGE_SELF, &after) == 0);
  CHECK(after.ru_maxrss - before.ru_maxrss < 100'000);  // KiB; the rows have three times that
  CHECK(works(session, "SELECT i FROM t").rows.at(0).at(0) == SqlValue(int64_t{5}));
  const auto again = session.drain("CALL p(5)", {});
  REQUIRE_FALSE(again);
  CHECK(again.error().message.find("1062: ") != std::string::npos);
  const auto late =
      session.drain("SELECT IF(seq = 1000, (SELECT 1 UNION SELECT 2), 0) FROM seq_1_to_1000", {});
  REQUIRE_FALSE(late);
  CHECK(late.error().message.find("1242: ") != std::string::npos);
  CHECK(works(session, "SELECT COUNT(*) FROM t").rows.at(0).at(0) == SqlValue(int64_t{1}));
}

TEST_CASE("values go in bound and come out with their types") {
  OwnDatabase own;
  MysqlSession session(own.spec());
  const SqlResult row = works(
      session, "SELECT :s, :i, :d + 0e0, :n, CAST('1.50' AS DECIMAL(5,2)), :t, '12:30:00', ':s'",
      {{"s", "it's \\ 'x'"},
       {"i", int64_t{-3}},
       {"d", 0.1},
       {"n", SqlValue()},
       {"t", moment_text(Dialect::Mysql, WallTime(Duration(1'574'683'200'000'001)))}});
  CHECK(row.rows.at(0) == std::vector<SqlValue>{"it's \\ 'x'", int64_t{-3}, 0.1, SqlValue(), "1.50",
                                                "2019-11-25 12:00:00.000001", "12:30:00", ":s"});
  CHECK(works(session, "SELECT CAST(18446744073709551615 AS UNSIGNED)").rows[0][0] ==
        SqlValue("18446744073709551615"));
  works(session, "CREATE TABLE t (i INT)");
  CHECK(works(session, "INSERT INTO t VALUES (1), (2)").affected == 2);
  CHECK(works(session, "UPDATE t SET i = 2").affected == 2);
  const auto missing = session.run("CALL nothing_here()");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().remedy == Remedy::Stop);
  CHECK(missing.error().message.find("1305: ") != std::string::npos);
}

TEST_CASE("a lock is one session's until it unlocks or its connection ends") {
  OwnDatabase own;
  MysqlSession one(own.spec());
  MysqlSession two(own.spec());
  const std::string lengthy(100, 'x');
  for (const std::string& name : {std::string("short"), lengthy}) {
    CHECK(locks(one, name));
    CHECK(locks(one, name));
    CHECK_FALSE(locks(two, name));
    REQUIRE(one.unlock(name));
    CHECK(locks(two, name));
    CHECK_FALSE(locks(one, name));
    REQUIRE(two.unlock(name));
  }
  CHECK(locks(one, "short"));
  one.disconnect();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  bool taken = false;
  while (!taken && std::chrono::steady_clock::now() < deadline) taken = locks(two, "short");
  CHECK(taken);
}

TEST_CASE("a connection that was lost is opened again, but not under a lock or a transaction") {
  OwnDatabase own;
  MysqlSession session(own.spec());
  own.sql("KILL CONNECTION " + id_of(session));
  works(session, "SELECT 1");
  CHECK(locks(session, "held"));
  own.sql("KILL CONNECTION " + id_of(session));
  auto lost = session.run("SELECT 1");
  REQUIRE_FALSE(lost);
  CHECK(lost.error().remedy == Remedy::Retry);
  works(session, "SELECT 1");
  CHECK(locks(session, "held"));
  REQUIRE(session.begin());
  CHECK(session.in_transaction());
  own.sql("KILL CONNECTION " + id_of(session));
  lost = session.run("SELECT 1");
  REQUIRE_FALSE(lost);
  CHECK(lost.error().remedy == Remedy::Retry);
  CHECK_FALSE(session.in_transaction());
}

TEST_CASE("a statement may take longer than a sink's would, and can be interrupted") {
  OwnDatabase own;
  MysqlSession session(own.spec());
  CHECK(works(session, "SELECT SLEEP(11)").rows[0][0] == SqlValue(int64_t{0}));
  CHECK(locks(session, "held"));
  const std::string id = id_of(session);
  std::thread interrupter([&] {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < deadline &&
           own.sql("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = " + id +
                   " AND INFO LIKE 'SELECT SLEEP%'") != "1;") {
    }
    session.interrupt();
  });
  const auto result = session.run("SELECT SLEEP(600)");
  interrupter.join();
  REQUIRE_FALSE(result);
  CHECK(result.error().remedy == Remedy::Retry);
  own.sql("KILL CONNECTION " + id);
  CHECK(works(session, "SELECT 1").rows[0][0] == SqlValue(int64_t{1}));
}

}  // namespace
}  // namespace streamworker::sink
