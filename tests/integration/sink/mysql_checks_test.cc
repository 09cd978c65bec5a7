// What `prepare` refuses and warns of, and what connecting says.
#include "integration/sink/server.h"
#include "sink/mysql_database.h"
#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

std::string refusal(Database& database, const Table& table) {
  const auto checked = database.prepare(table);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().remedy == Remedy::Stop);
  return checked.error().message;
}

TEST_CASE("a table or column that is missing is named, with what is near") {
  OwnDatabase own;
  MysqlDatabase database(own.spec());
  Table table = small_table();
  table.name = "clasifieds";
  own.sql("CREATE TABLE Classifieds (id VARCHAR(20) PRIMARY KEY, texts TEXT, seen BIGINT)");
  CHECK(refusal(database, table) == "no table \"clasifieds\" in database " + own.spec().database +
                                        "; did you mean \"Classifieds\"?");
  table.name = "classifieds";
  CHECK(refusal(database, table).find("did you mean \"Classifieds\"?") != std::string::npos);
  table.name = "Classifieds";
  CHECK(refusal(database, table) ==
        "table Classifieds has no column \"text\"; did you mean \"texts\"?");
  table.name = own.spec().database + ".Classifieds";
  CHECK(refusal(database, table).find("has no column \"text\"") != std::string::npos);
  table.name = "no_such_schema.Classifieds";
  CHECK(refusal(database, table).find("in database no_such_schema") != std::string::npos);
}

TEST_CASE("the key must be unique, the engine must have transactions") {
  OwnDatabase own;
  MysqlDatabase database(own.spec());
  own.sql("CREATE TABLE t (id VARCHAR(20), text VARCHAR(20) UNIQUE, seen BIGINT)");
  const Table table = small_table();
  const std::string said = refusal(database, table);
  const size_t statement = said.find("CREATE UNIQUE INDEX");
  REQUIRE(statement != std::string::npos);
  own.sql(said.substr(statement));
  const auto checked = database.prepare(table);
  REQUIRE(checked);
  CHECK(checked->size() == 1);
  for (const std::string engine : {"MyISAM", "Aria"}) {
    own.sql("ALTER TABLE t ENGINE=" + engine);
    const std::string refused = refusal(database, table);
    CHECK(refused.find(engine + ", which has no transactions") != std::string::npos);
  }
  own.sql("DROP TABLE t");
  own.sql("CREATE VIEW t AS SELECT 1 AS id");
  CHECK(refusal(database, table) == "t is not a table but a VIEW");
}

TEST_CASE("positions must be transactional, too") {
  OwnDatabase own;
  MysqlDatabase database(own.spec());
  own.sql("CREATE TABLE streamworker_offsets (app INT) ENGINE=MyISAM");
  CHECK(refusal(database, small_table()).find("streamworker_offsets") != std::string::npos);
}

TEST_CASE("a narrow decimal and a column without default") {
  OwnDatabase own;
  MysqlDatabase database(own.spec());
  own.sql("CREATE TABLE t (id INT PRIMARY KEY, price DECIMAL(10,2), more INT NOT NULL)");
  Table table;
  table.name = "t";
  table.upsert = true;
  table.key = {0};
  table.columns = Schema({{"id", {Type::Int}}, {"price", {Type::Decimal, 10, 3}}});
  CHECK(refusal(database, table).find("t.more must have a value") != std::string::npos);
  own.sql("ALTER TABLE t MODIFY more INT NOT NULL DEFAULT 0");
  const auto checked = database.prepare(table);
  REQUIRE(checked);
  REQUIRE(checked->size() == 1);
  CHECK(checked->front().find("decimal(10,2), narrower than decimal(10,3)") != std::string::npos);
}

TEST_CASE("a table is created with a key of several columns") {
  OwnDatabase own;
  MysqlDatabase database(own.spec());
  Table table;
  table.name = "made";
  table.upsert = table.create = true;
  table.key = {0, 1};
  table.columns = Schema({{"id", {Type::String}}, {"at", {Type::Timestamp}}, {"v", {Type::Any}}});
  const auto made = database.prepare(table);
  REQUIRE(made);
  CHECK(made->empty());
  CHECK(own.sql("SELECT COUNT(*) FROM made") == "0;");
}

TEST_CASE("sessions are set up as the design says") {
  OwnDatabase own;
  MysqlConnection connection;
  REQUIRE_FALSE(connection.open(own.spec()));
  MysqlConnection::Rows rows;
  REQUIRE_FALSE(
      connection.run("SELECT @@session.time_zone, @@session.tx_isolation, "
                     "@@session.character_set_client, "
                     "@@session.innodb_lock_wait_timeout, @@session.autocommit, "
                     "@@session.sql_mode LIKE '%STRICT_ALL_TABLES%'",
                     &rows));
  const std::vector<MysqlConnection::Cell> expected = {
      "+00:00", "READ-COMMITTED", "utf8mb4", "5", "1", "1"};
  CHECK(rows.front() == expected);
  const auto two = connection.run("SELECT 1; SELECT 2");
  REQUIRE(two);
  CHECK(two->code == 1064);
  CHECK(connection.run("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE nowhere"));
}

TEST_CASE("what connecting says: the code and where, never the password") {
  config::Database nobody = server("");
  nobody.port = 1;
  MysqlDatabase away(nobody);
  const auto refused = away.claim({}, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Retry);
  INFO(refused.error().message);
  CHECK(refused.error().message.find("2002: connection refused at " + nobody.host + ":1") !=
        std::string::npos);
  config::Database stranger = server("");
  stranger.user = "nobody_at_all";
  stranger.password = Secret("canary-password");
  MysqlDatabase denied(stranger);
  const auto wrong = denied.claim({}, {});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().remedy == Remedy::Stop);
  CHECK(wrong.error().message.find("1045: ") != std::string::npos);
  CHECK(wrong.error().message.find("canary") == std::string::npos);
  config::Database missing = server("no_such_database");
  const auto unknown = MysqlDatabase(missing).prepare(small_table());
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message.find("1049: ") != std::string::npos);
}

}  // namespace
}  // namespace streamworker::sink
