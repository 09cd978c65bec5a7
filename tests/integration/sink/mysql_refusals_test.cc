// Rows that a real server refuses: found in a batch of many, handed over, and the rest goes in.
#include <chrono>
#include <random>
#include <thread>

#include "integration/sink/server.h"
#include "sink/mysql_database.h"
#include "unit/catch.h"
#include "unit/sink/refusals_check.h"

namespace streamworker::sink {
namespace {

PartId part() { return {"app", "store/t", "data", 0, "me", ""}; }

struct Open {
  Open(const config::Database& spec, const Table& what, MysqlForm form)
      : table(what), database(spec, form) {
    const auto ready = database.prepare(table);
    if (!ready) FAIL(ready.error().message);
    const auto claimed = database.claim(part(), 0);
    REQUIRE(claimed);
    claim = *claimed;
  }
  Result<Written> write(const Batch& batch) {
    auto written = database.write({part(), claim, claim.next + 1, table, batch}, refusals);
    if (written && *written == Written::Done) ++claim.next;
    return written;
  }
  void must_write(const Batch& batch) {
    const auto written = write(batch);
    if (!written) FAIL(written.error().message);
    REQUIRE(*written == Written::Done);
  }

  Table table;
  MysqlDatabase database;
  Claim claim;
  Refusals refusals;
};

const std::string kTable =
    "CREATE TABLE t (id VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, text VARCHAR(300) NOT NULL "
    "CHECK (text NOT LIKE 'bad%'), seen TINYINT)";

TEST_CASE("each kind of row that does not fit is found among many, and the rest stands") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  own.sql(kTable);
  Open open(own.spec(), small_table(), form);
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Batch batch(open.table.columns);
  Filler fill(batch);
  const std::string long_text(301, 'x');
  const Value large = Value::of_string(long_text);
  std::map<Offset, std::string> bad;
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(i);
    const Value id = Value::of_string(number);
    const auto kind = std::uniform_int_distribution<int>(0, 250)(random);
    const std::map<int, std::pair<std::vector<Value>, std::string>> kinds = {
        {0, {{id, large, {}}, "1406: "}},
        {1, {{id, {}, {}}, "1048: "}},
        {2, {{id, Value::of_string("x"), Value::of_int(1000)}, "1264: "}},
        {3, {{id, Value::of_string("x"), Value::of_string("y")}, "1366: "}},
        {4, {{id, Value::of_string("bad"), {}}, "4025: "}}};
    const auto found = kinds.find(kind);
    fill.row(found == kinds.end() ? std::vector<Value>{id, Value::of_string("fine"), {}}
                                  : found->second.first);
    if (found != kinds.end()) bad[i] = found->second.second;
  }
  open.must_write(batch);
  CHECK(own.sql("SELECT COUNT(*) FROM t") == std::to_string(1000 - bad.size()) + ";");
  CHECK(open.refusals.taken.size() == bad.size());
  for (const auto& [offset, code] : bad) {
    const std::string said = open.refusals.taken[offset];
    INFO(said);
    CHECK(said.find(code) == 0);
    CHECK(said.find("in row id '" + std::to_string(offset) + "'") != std::string::npos);
  }
  CHECK(own.sql("SELECT next_offset FROM streamworker_offsets") == "1;");
}

TEST_CASE("a batch of nothing but bad rows moves the position") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  own.sql(kTable);
  Open open(own.spec(), small_table(), form);
  Batch batch(open.table.columns);
  Filler fill(batch);
  for (int i = 0; i < 200; ++i) fill.put(std::to_string(i % 50), "bad");
  open.must_write(batch);
  CHECK(own.sql("SELECT COUNT(*) FROM t") == "0;");
  CHECK(open.refusals.taken.size() == 200);
  CHECK(open.refusals.calls == 1);
  CHECK(own.sql("SELECT next_offset FROM streamworker_offsets") == "1;");
}

TEST_CASE("a duplicate of an insert is refused, the first stands") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  own.sql("CREATE TABLE t (id VARCHAR(20) PRIMARY KEY, text TEXT, seen BIGINT)");
  Open open(own.spec(), small_table(false), form);
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1").put("b", "2").put("a", "3").put("c", "4");
  open.must_write(batch);
  CHECK(own.sql("SELECT id, text FROM t ORDER BY id") == "a,1;b,2;c,4;");
  REQUIRE(open.refusals.taken.size() == 1);
  CHECK(open.refusals.taken.at(2).find("1062: ") == 0);
}

TEST_CASE("a row over max_allowed_packet is refused on a connection that stays") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  Table table = small_table();
  table.create = true;
  Open open(own.spec(), table, form);
  const std::string sessions = "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '" +
                               own.spec().database + "' ORDER BY ID";
  const std::string before = own.sql(sessions);
  const size_t packet = std::stoul(own.sql("SELECT @@max_allowed_packet"));
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1").put("all", std::string(packet, 'x')).put("z", "2");
  open.must_write(batch);
  CHECK(own.sql("SELECT id, text FROM t ORDER BY id") == "a,1;z,2;");
  REQUIRE(open.refusals.taken.size() == 1);
  CHECK(open.refusals.taken.at(1).find("max_allowed_packet") != std::string::npos);
  CHECK(own.sql(sessions) == before);
}

TEST_CASE("whatever a server refuses, the rest is what one row after the other would have left") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  const bool newest = GENERATE(false, true);
  const std::string collation = GENERATE("utf8mb4_bin", "utf8mb4_general_ci");
  OwnDatabase own;
  for (const std::string name : {"t", "u"})
    own.sql("CREATE TABLE " + name + " (id VARCHAR(20) COLLATE " + collation +
            " PRIMARY KEY, text VARCHAR(20) CHECK (text NOT LIKE 'bad%'), seen TINYINT)");
  Open open(own.spec(), small_table(true, newest), form);
  Table second = open.table;
  second.name = "u";
  REQUIRE(open.database.prepare(second));
  check_against_one_by_one(
      open.database, open.table, second,
      [&](const std::string& name) {
        return own.sql("SELECT LOWER(id), text, seen FROM " + name + " ORDER BY id");
      },
      std::random_device()());
}

TEST_CASE("refused rows that cannot be kept roll everything back") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  own.sql(kTable);
  Open open(own.spec(), small_table(), form);
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1").put("b", "bad");
  open.refusals.answer = retry("no broker");
  const auto later = open.write(batch);
  REQUIRE_FALSE(later);
  CHECK(later.error().remedy == Remedy::Retry);
  CHECK(open.database.trouble() == Trouble::Refusals);
  open.refusals.answer = stop("on_error: fail");
  CHECK_FALSE(open.write(batch));
  CHECK(open.database.trouble() == Trouble::Fatal);
  CHECK(own.sql("SELECT COUNT(*) FROM t") == "0;");
  CHECK(own.sql("SELECT next_offset FROM streamworker_offsets") == "0;");
  open.refusals.answer.reset();
  open.must_write(batch);
  CHECK(own.sql("SELECT id FROM t") == "a;");
}

TEST_CASE("a lock that is not given while the row is looked for starts the batch anew") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  own.sql(kTable);
  Open open(own.spec(), small_table(), form);
  Batch batch(open.table.columns);
  Filler(batch).put("z", "0");
  open.must_write(batch);
  own.sql("BEGIN");
  own.sql("SELECT * FROM t WHERE id = 'z' FOR UPDATE");
  batch.clear();
  open.refusals.calls = 0;
  Filler(batch).put("a", "1").put("b", "bad").put("c", "1").put("z", "1");
  const auto late = open.write(batch);
  REQUIRE_FALSE(late);
  CHECK(late.error().remedy == Remedy::Retry);
  CHECK(open.database.trouble() == Trouble::Busy);
  CHECK(late.error().message.find("1205: ") != std::string::npos);
  CHECK(open.refusals.calls == 0);
  own.sql("COMMIT");
  CHECK(own.sql("SELECT id, text FROM t") == "z,0;");
  open.must_write(batch);
  CHECK(own.sql("SELECT id, text FROM t ORDER BY id") == "a,1;c,1;z,1;");
  CHECK(open.refusals.taken.size() == 1);
}

TEST_CASE("a column that must have a value and gets none is no row's fault") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  own.sql(kTable);
  Open open(own.spec(), small_table(), form);
  own.sql("ALTER TABLE t ADD COLUMN more INT NOT NULL");
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1");
  const auto stopped = open.write(batch);
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().remedy == Remedy::Stop);
  CHECK(open.database.trouble() == Trouble::Schema);
  CHECK(stopped.error().message.find("more") != std::string::npos);
  CHECK(open.refusals.calls == 0);
}

}  // namespace
}  // namespace streamworker::sink
