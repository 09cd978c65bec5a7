// Errors of a real server: what is rolled back, what is tried again, what stops.
#include <atomic>
#include <chrono>
#include <thread>

#include "integration/sink/server.h"
#include "sink/mysql_database.h"
#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

PartId part() { return {"app", "store/t", "data", 0, "me", ""}; }

struct Open {
  Open(const config::Database& spec, MysqlForm form) : database(spec, form) {
    table.create = true;
    REQUIRE(database.prepare(table));
    const auto claimed = database.claim(part(), 0);
    REQUIRE(claimed);
    claim = *claimed;
  }
  Result<Written> write(const Batch& batch) {
    auto written = sink::write(database, {part(), claim, claim.next + 1, table, batch});
    if (written && *written == Written::Done) ++claim.next;
    return written;
  }

  Table table = small_table();
  MysqlDatabase database;
  Claim claim;
};

std::string stops(Open& open, const Batch& batch) {
  const auto refused = open.write(batch);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Stop);
  return refused.error().message;
}

TEST_CASE("a deadlock is rolled back and tried again") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  Open open(own.spec(), form);
  Batch batch(open.table.columns);
  Filler(batch).put("a", "0").put("b", "0");
  REQUIRE(open.write(batch));
  // The other side holds b and much else, so that it is not the one to be rolled back.
  own.sql("CREATE TABLE heavy (i INT) AS SELECT seq AS i FROM seq_1_to_2000");
  own.sql("BEGIN");
  own.sql("UPDATE heavy SET i = i + 1");
  own.sql("UPDATE t SET text = 'other' WHERE id = 'b'");
  batch.clear();
  Filler(batch).put("a", "1").put("b", "1");
  Result<Written> first = stop("not run");
  std::thread writer([&] { first = open.write(batch); });
  MysqlConnection watch;
  REQUIRE_FALSE(watch.open(own.spec()));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::string command;  // what the server says it is doing
  for (bool waits = false; !waits && std::chrono::steady_clock::now() < deadline;) {
    // The view is renewed only when nobody has asked for it for 0.1 s.
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    MysqlConnection::Rows rows;
    const auto fault = watch.run(
        "SELECT COUNT(*), MAX(p.COMMAND) FROM information_schema.INNODB_TRX t JOIN "
        "information_schema.PROCESSLIST "
        "p "
        "ON p.ID = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.DB = '" +
            own.spec().database + "'",
        &rows);
    if (fault) break;
    waits = rows.front().front() != "0";
    command = rows.front().back().value_or("");
  }
  own.sql("UPDATE t SET text = 'other' WHERE id = 'a'");
  writer.join();
  CHECK(command == (form == MysqlForm::Arrays ? "Bulk_execute" : "Query"));
  REQUIRE_FALSE(first);
  CHECK(first.error().remedy == Remedy::Retry);
  CHECK(first.error().message.find("1213: ") != std::string::npos);
  own.sql("COMMIT");
  CHECK(own.sql("SELECT text FROM t") == "other;other;");
  REQUIRE(open.write(batch));
  CHECK(own.sql("SELECT text FROM t") == "1;1;");
}

TEST_CASE("a lock that is not given in time rolls the whole batch back") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  Open open(own.spec(), form);
  Batch batch(open.table.columns);
  Filler(batch).put("b", "0");
  REQUIRE(open.write(batch));
  own.sql("BEGIN");
  own.sql("SELECT * FROM t WHERE id = 'b' FOR UPDATE");
  batch.clear();
  Filler(batch).erase("0").put("a", "1").put("b", "1");
  const auto late = open.write(batch);
  REQUIRE_FALSE(late);
  CHECK(late.error().remedy == Remedy::Retry);
  CHECK(late.error().message.find("1205: ") != std::string::npos);
  own.sql("COMMIT");
  CHECK(own.sql("SELECT id, text FROM t") == "b,0;");
  CHECK(own.sql("SELECT next_offset FROM streamworker_offsets") == "1;");
  REQUIRE(open.write(batch));
}

TEST_CASE("a session that the server ended is replaced") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  Open open(own.spec(), form);
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1");
  for (int i = 0; i < 20; ++i) {
    own.sql("SELECT 1");
    const std::string id = own.sql("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '" +
                                   own.spec().database + "' AND ID <> CONNECTION_ID()");
    own.sql("KILL CONNECTION " + id.substr(0, id.size() - 1));
    const auto written = open.write(batch);
    if (!written) FAIL(written.error().message);
    CHECK(*written == Written::Done);
  }
  CHECK(own.sql("SELECT next_offset FROM streamworker_offsets") == "20;");
}

TEST_CASE("a row that does not fit stops, names its key, and leaves nothing") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  own.sql(
      "CREATE TABLE t (id VARCHAR(20) PRIMARY KEY, text VARCHAR(3) NOT NULL CHECK (text <> 'no'), "
      "seen TINYINT)");
  Open open(own.spec(), form);
  const auto refused = [&](const Value& text, const Value& seen) {
    Batch batch(open.table.columns);
    Filler(batch).put("a", "1").row({Value::of_string("bad'"), text, seen}).put("z", "1");
    return stops(open, batch);
  };
  const auto holds = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  const std::string row = "in row id 'bad''' (offset 1)";
  for (const auto& [said, code] :
       {std::pair(refused(Value::of_string("long"), {}), "1406: "),
        std::pair(refused({}, {}), "1048: "),
        std::pair(refused(Value::of_string("x"), Value::of_int(1000)), "1264: "),
        std::pair(refused(Value::of_string("x"), Value::of_string("y")), "1366: "),
        std::pair(refused(Value::of_string("no"), {}), "4025: ")}) {
    INFO(said);
    CHECK(holds(said, code));
    CHECK(holds(said, row));
  }
  CHECK(own.sql("SELECT COUNT(*) FROM t") == "0;");
  Batch fine(open.table.columns);
  Filler(fine).put("a", "1");
  REQUIRE(open.write(fine));
  CHECK(own.sql("SELECT id FROM t") == "a;");
}

TEST_CASE("a duplicate of an insert stops and names the row") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  own.sql("CREATE TABLE t (id VARCHAR(20) PRIMARY KEY, text TEXT, seen BIGINT)");
  MysqlDatabase database(own.spec(), form);
  const Table table = small_table(false);
  REQUIRE(database.prepare(table));
  const auto claim = database.claim(part(), 0);
  REQUIRE(claim);
  Batch batch(table.columns);
  Filler(batch).put("a", "1").put("b", "2").put("a", "3");
  const auto refused = write(database, {part(), *claim, 3, table, batch});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Stop);
  CHECK(refused.error().message.find("1062: ") != std::string::npos);
  CHECK(refused.error().message.find("offset 2") != std::string::npos);
  CHECK(own.sql("SELECT COUNT(*) FROM t") == "0;");
}

TEST_CASE("a table or column that goes away under way stops") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  Open open(own.spec(), form);
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1");
  own.sql("ALTER TABLE t DROP COLUMN text");
  const std::string column = stops(open, batch);
  CHECK(column.find("1054: ") != std::string::npos);
  CHECK(column.find("text") != std::string::npos);
  own.sql("DROP TABLE t");
  CHECK(stops(open, batch).find("1146: ") != std::string::npos);
  CHECK(own.sql("SELECT next_offset FROM streamworker_offsets") == "0;");
}

TEST_CASE("without permission it stops") {
  OwnDatabase own;
  const std::string user = own.spec().database;
  own.sql("CREATE USER '" + user + "'@'%' IDENTIFIED BY 'canary-password'");
  own.sql("GRANT SELECT ON " + user + ".* TO '" + user + "'@'%'");
  config::Database spec = own.spec();
  spec.user = user;
  spec.password = Secret("canary-password");
  MysqlDatabase database(spec);
  const auto refused = database.prepare(small_table());
  own.sql("DROP USER '" + user + "'@'%'");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Stop);
  CHECK(refused.error().message.find("1142: ") != std::string::npos);
  CHECK(refused.error().message.find("canary") == std::string::npos);
}

}  // namespace
}  // namespace streamworker::sink
