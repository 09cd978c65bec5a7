// Rows as arrays and rows as text leave the same behind, on a real server; and what only prepared
// statements can meet.
#include <random>

#include "integration/sink/server.h"
#include "sink/mysql_database.h"
#include "sink/statement.h"
#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

PartId part(const std::string& sink) { return {"app", sink, "data", 0, "me", ""}; }

struct Writer {
  Writer(const config::Database& spec, const Table& what, MysqlForm form)
      : table(what), database(spec, form) {
    const auto ready = database.prepare(table);
    if (!ready) FAIL(ready.error().message);
    const auto claimed = database.claim(part(table.name), 0);
    REQUIRE(claimed);
    claim = *claimed;
  }
  Result<Written> try_write(const Batch& batch) {
    auto written =
        database.write({part(table.name), claim, claim.next + 1, table, batch}, refusals);
    if (written) ++claim.next;
    return written;
  }
  void write(const Batch& batch) {
    const auto written = try_write(batch);
    if (!written) FAIL(written.error().message);
    REQUIRE(*written == Written::Done);
  }

  Table table;
  MysqlDatabase database;
  Claim claim;
  Refusals refusals;
};

Table named(Table table, const std::string& name) {
  table.name = name;
  return table;
}

// `count` rows of small_table that are all fine but one.
void fill(MysqlColumns& rows, const std::vector<std::string>& ids, size_t bad) {
  rows.start();
  for (size_t i = 0; i < ids.size(); ++i) {
    const Value row[] = {Value::of_string(ids[i]), Value::of_string(i == bad ? "long" : "new"),
                         Value::of_int(1)};
    REQUIRE_FALSE(rows.make(row));
    rows.add();
  }
}

TEST_CASE("of arrays that fail for a row the server undoes every row") {
  OwnDatabase own;
  MysqlConnection connection;
  REQUIRE_FALSE(connection.open(own.spec()));
  REQUIRE(connection.takes_arrays());
  own.sql("CREATE TABLE t (id VARCHAR(20) PRIMARY KEY, text VARCHAR(3), seen TINYINT)");
  own.sql("INSERT INTO t VALUES ('2', 'old', 0)");
  const Table table = small_table(GENERATE(true, false));
  const std::string text = insert_head(Dialect::Mysql, {"", "t"}, table.columns) + "(?,?,?)" +
                           insert_tail(Dialect::Mysql, {"", "t"}, table);
  std::vector<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.push_back(std::to_string(i + (table.upsert ? 0 : 3)));
  MysqlColumns rows(3);
  REQUIRE_FALSE(connection.prepare(text));
  REQUIRE_FALSE(connection.run("BEGIN"));
  REQUIRE_FALSE(connection.run("INSERT INTO t VALUES ('before', 'old', 0)"));
  for (const size_t bad : {0U, 1U, 700U, 999U}) {
    fill(rows, ids, bad);
    const auto fault = connection.run_arrays(text, rows);
    REQUIRE(fault);
    CHECK(fault->code == 1406);
    CHECK(connection.in_transaction());
    MysqlConnection::Rows left;
    REQUIRE_FALSE(connection.run("SELECT COUNT(*), SUM(text = 'new') FROM t", &left));
    CHECK((left[0][0] == "2" && left[0][1] == "0"));
  }
  fill(rows, ids, ids.size());
  REQUIRE_FALSE(connection.run_arrays(text, rows));
  REQUIRE_FALSE(connection.run("COMMIT"));
  CHECK(own.sql("SELECT COUNT(*), SUM(text = 'new') FROM t") ==
        (table.upsert ? "1001,1000;" : "1002,1000;"));
}

// Values of every kind, also such as hardly any column takes.
Value any_value(std::mt19937& random, Arena& arena) {
  const auto pick = [&](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  const unsigned char uuid[16] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0};
  const std::vector<std::string> texts = {
      "",     "7",    " 7 ",      "-1.5e3",     "x'y\\",
      "7x",   "0.1",  "2026-1-2", "2026-01-02", "\xc3\xa4\xf0\x9f\x98\x80",
      "null", "1e400"};
  switch (pick(12)) {
    case 0:
    case 1:
      return {};
    case 2:
      return Value::of_int(pick(2) == 0 ? pick(300) - 150 : INT64_MIN + pick(3));
    case 3:
      return Value::of_bool(pick(2) == 0);
    case 4:
      return Value::of_double(pick(2) == 0 ? (pick(2000) - 1000) / 16.0 : 1e300 / (1 + pick(9)));
    case 5:
      return Value::of_decimal((Int128{pick(1000000)} - 500000) * (pick(2) == 0 ? 1 : 1000000007),
                               static_cast<uint8_t>(pick(10)));
    case 6:
      return Value::of_timestamp(1586369252168878 + pick(1000000000));
    case 7:
      return Value::of_date(18360 + pick(1000));
    case 8:
      return Value::of_uuid(uuid);
    case 9:
      return Value::of_bytes(arena.copy(std::string(static_cast<size_t>(pick(4)), '\xff') + "\0a"));
    case 10:
      return Value::of_json("{\"a\": \"\\\\'\"}");
    default:
      return Value::of_string(arena.copy(texts[static_cast<size_t>(pick(12))]));
  }
}

Table anything() {
  Table table;
  table.upsert = true;
  table.key = {0};
  table.columns = Schema({{"id", {Type::Int}},
                          {"i", {}},
                          {"x", {}},
                          {"s", {}},
                          {"d", {}},
                          {"at", {}},
                          {"day", {}},
                          {"raw", {}},
                          {"b", {}}});
  return table;
}

// What was refused and why, without the name of the table.
std::string told(const Writer& writer) {
  std::string out;
  const std::string name = "`" + writer.table.name + "`";
  for (auto [offset, why] : writer.refusals.taken) {
    if (const size_t at = why.find(name); at != std::string::npos) why.erase(at, name.size());
    out += why + "\n";
  }
  return out;
}

TEST_CASE("whatever the values and columns, both forms leave the same") {
  OwnDatabase own;
  for (const std::string name : {"arrays", "text"})
    own.sql("CREATE TABLE " + name +
            " (id BIGINT PRIMARY KEY, i INT, x DOUBLE, s VARCHAR(40) COLLATE utf8mb4_bin, d "
            "DECIMAL(20,5), at DATETIME(6), day DATE, raw VARBINARY(40), b BOOLEAN)");
  Writer arrays(own.spec(), named(anything(), "arrays"), MysqlForm::Arrays);
  Writer text(own.spec(), named(anything(), "text"), MysqlForm::Text);
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Arena arena;
  for (int round = 0; round < 300; ++round) {
    Batch batch(arrays.table.columns);
    Filler fill(batch);
    for (int i = 0; i < 12; ++i) {
      // One column of a row is anything, so that a bad one hides no other.
      std::vector<Value> values(arrays.table.columns.size());
      values[0] = Value::of_int(round * 8 + i);
      const auto at = std::uniform_int_distribution<size_t>(1, values.size() - 1)(random);
      values[at] = any_value(random, arena);
      fill.row(values);
    }
    arrays.write(batch);
    text.write(batch);
    CHECK(told(arrays) == told(text));
  }
  const auto all = [&](const std::string& name) {
    return own.sql("SELECT id, i, x, HEX(s), d, at, day, HEX(raw), b FROM " + name +
                   " ORDER BY id");
  };
  CHECK(all("arrays") == all("text"));
}

TEST_CASE("a table that is changed between two batches is written as it is now") {
  OwnDatabase own;
  const std::string create =
      "CREATE TABLE t (id VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, text VARCHAR(30), seen INT)";
  own.sql(create);
  Writer open(own.spec(), small_table(), GENERATE(MysqlForm::Arrays, MysqlForm::Text));
  const auto write = [&](const std::string& text) {
    Batch batch(open.table.columns);
    Filler fill(batch);
    for (int i = 0; i < 500; ++i) fill.put(std::to_string(i), text, Value::of_int(i));
    open.write(batch);
    return own.sql("SELECT COUNT(*), MIN(text), MAX(text), SUM(seen) FROM t");
  };
  CHECK(write("1") == "500,1,1,124750;");
  own.sql("ALTER TABLE t ADD COLUMN more INT DEFAULT 7 FIRST");
  CHECK(write("2") == "500,2,2,124750;");
  own.sql("ALTER TABLE t MODIFY text BLOB, MODIFY seen VARCHAR(10)");
  CHECK(write("3") == "500,3,3,124750;");
  own.sql("ALTER TABLE t DROP COLUMN text");
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1");
  const auto stopped = open.try_write(batch);
  REQUIRE_FALSE(stopped);
  CHECK(open.database.trouble() == Trouble::Schema);
  own.sql("DROP TABLE t");
  CHECK_FALSE(open.try_write(batch));
  CHECK(open.database.trouble() == Trouble::Schema);
  own.sql(create);
  CHECK(write("4") == "500,4,4,124750;");
}

TEST_CASE("a server that prepares no more statements gets text") {
  OwnDatabase own;
  Table table = small_table();
  table.create = true;
  Writer open(own.spec(), table, MysqlForm::Arrays);
  const std::string most = own.sql("SELECT @@GLOBAL.max_prepared_stmt_count");
  own.sql("SET GLOBAL max_prepared_stmt_count = 0");
  Batch batch(table.columns);
  Filler(batch).put("a", "1").put("b", "2");
  const auto written = open.try_write(batch);
  own.sql("SET GLOBAL max_prepared_stmt_count = " + most.substr(0, most.size() - 1));
  REQUIRE(written);
  CHECK(own.sql("SELECT id, text FROM t ORDER BY id") == "a,1;b,2;");
}

}  // namespace
}  // namespace streamworker::sink
