// Rows as they were, and the protocol of DESIGN 5.3, on a real server.
#include "sink/mysql_database.h"

#include <map>

#include "integration/sink/server.h"
#include "unit/catch.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

PartId part(int32_t partition = 0) { return {"app", "store/t", "data", partition, "me", ""}; }

Table created(bool newest = false) {
  Table table = small_table(true, newest);
  table.create = true;
  return table;
}

Claim taken(Database& database, std::optional<Offset> start = 0) {
  const auto claim = database.claim(part(), start);
  REQUIRE(claim);
  return *claim;
}

void must_write(Database& database, Claim& claim, const Table& table, const Batch& batch) {
  const Offset end = claim.next + static_cast<Offset>(batch.size()) + 1;
  const auto written = write(database, {part(), claim, end, table, batch});
  if (!written) FAIL(written.error().message);
  REQUIRE(*written == Written::Done);
  claim.next = end;
}

TEST_CASE("rows and position go into a server together") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  MysqlDatabase database(own.spec(), form);
  const Table table = created();
  REQUIRE(database.prepare(table));
  REQUIRE(database.prepare(table));
  CHECK_FALSE(taken(database, {}).known);
  CHECK(own.sql("SELECT * FROM streamworker_offsets").empty());
  Claim claim = taken(database, 10);
  CHECK((claim.known && claim.next == 10 && claim.epoch == 1));
  Batch batch(table.columns);
  Filler(batch).put("a", "1").put("b", "2").put("a", "3").erase("c");
  must_write(database, claim, table, batch);
  CHECK(own.sql("SELECT id, text FROM t ORDER BY id") == "a,3;b,2;");
  CHECK(own.sql("SELECT app, sink, topic, part, next_offset, epoch, owner, incarnation FROM "
                "streamworker_offsets") == "app,store/t,data,0,15,1,me,NULL;");
  batch.clear();
  Filler(batch).erase("a").put("b", "4");
  database.disconnect();
  must_write(database, claim, table, batch);
  CHECK(own.sql("SELECT id, text FROM t ORDER BY id") == "b,4;");
  batch.clear();
  must_write(database, claim, table, batch);
  CHECK(own.sql("SELECT next_offset FROM streamworker_offsets") == "19;");
  CHECK(taken(database, 0).next == 19);
}

// Every type with an odd value in it; `id` is the key.
Table all_types() {
  Table table;
  table.name = "types";
  table.upsert = table.create = true;
  table.key = {0};
  table.columns = Schema({{"id", {Type::String}},
                          {"i", {Type::Int}},
                          {"x", {Type::Double}},
                          {"b", {Type::Bool}},
                          {"d", {Type::Decimal, 38, 10}},
                          {"at", {Type::Timestamp}},
                          {"day", {Type::Date}},
                          {"u", {Type::Uuid}},
                          {"raw", {Type::Bytes}},
                          {"j", {Type::Json}}});
  return table;
}

TEST_CASE("every type is exact") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  MysqlDatabase database(own.spec(), form);
  const Table table = all_types();
  REQUIRE(database.prepare(table));
  Claim claim = taken(database);
  Batch batch(table.columns);
  const unsigned char uuid[16] = {0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
                                  0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
  const Int128 wide = Int128{-1234567890123456789} * 1000000000000000000 - 987654321098765432;
  Filler(batch)
      .row({Value::of_string("k"), Value::of_int(INT64_MIN), Value::of_double(0.1 + 0.2),
            Value::of_bool(true), Value::of_decimal(wide, 10),
            Value::of_timestamp(1586369252168878), Value::of_date(18360), Value::of_uuid(uuid),
            Value::of_bytes({"\0'\\\xff", 4}), Value::of_json("{\"a\": \"\\\\'\"}")})
      .row({Value::of_string("null"), {}, {}, {}, {}, {}, {}, {}, {}, {}});
  must_write(database, claim, table, batch);
  CHECK(own.sql("SELECT i, x = 0.1e0 + 0.2e0, b, d, at, day, u, HEX(raw), j FROM types WHERE id = "
                "'k'") ==
        "-9223372036854775808,1,1,-123456789012345678998765432.1098765432,"
        "2020-04-08 18:07:32.168878,2020-04-08,12345678-9abc-def0-0123-456789abcdef,00275CFF,"
        "{\"a\": \"\\\\'\"};");
  CHECK(own.sql("SELECT i, x, b, d, at, day, u, raw, j FROM types WHERE id = 'null'") ==
        "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL;");
}

// UTF-8 of one code point.
std::string utf8(uint32_t point) {
  const auto low = [&](unsigned shift) {
    return static_cast<char>(0x80 | (point >> shift & 0x3f));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xc0 | point >> 6), low(0)};
  if (point < 0x10000) return {static_cast<char>(0xe0 | point >> 12), low(6), low(0)};
  return {static_cast<char>(0xf0 | point >> 18), low(12), low(6), low(0)};
}

TEST_CASE("all of Unicode goes through, quotes, backslashes and NUL with it") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  MysqlDatabase database(own.spec(), form);
  const Table table = created();
  REQUIRE(database.prepare(table));
  Claim claim = taken(database);
  std::map<std::string, std::string> expected;
  Batch batch(table.columns);
  Filler fill(batch);
  std::string text;
  for (uint32_t point = 0; point <= 0x10ffff; ++point) {
    if (point >= 0xd800 && point < 0xe000) continue;
    text += utf8(point);
    if (point % 0x400 != 0x3ff) continue;
    const std::string id = std::to_string(point);
    fill.put(id, text);
    expected[id] = text;
    text.clear();
  }
  fill.put("quotes", "'; DROP TABLE t; -- \\' \\\\ \" ` %s \r\n\x1a");
  expected["quotes"] = "'; DROP TABLE t; -- \\' \\\\ \" ` %s \r\n\x1a";
  must_write(database, claim, table, batch);
  MysqlConnection::Rows rows;
  REQUIRE_FALSE(own.connection().run("SELECT id, text FROM t", &rows));
  std::map<std::string, std::string> found;
  for (const auto& row : rows) found[row[0].value()] = row[1].value();
  CHECK(found == expected);
}

TEST_CASE("an earlier owner is fenced and changes nothing") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  MysqlDatabase old_owner(own.spec(), form);
  MysqlDatabase new_owner(own.spec(), form);
  const Table table = created();
  REQUIRE(old_owner.prepare(table));
  REQUIRE(new_owner.prepare(table));
  const Claim old_claim = taken(old_owner);
  Claim new_claim = taken(new_owner);
  CHECK(new_claim.epoch == old_claim.epoch + 1);
  Batch batch(table.columns);
  Filler(batch).put("a", "zombie");
  auto fenced = write(old_owner, {part(), old_claim, 1, table, batch});
  REQUIRE(fenced);
  CHECK(*fenced == Written::Fenced);
  batch.clear();
  Filler(batch).put("b", "2");
  must_write(new_owner, new_claim, table, batch);
  fenced = write(old_owner, {part(), old_claim, new_claim.next, table, batch});
  REQUIRE(fenced);
  CHECK(*fenced == Written::Fenced);
  CHECK(own.sql("SELECT id, text FROM t") == "b,2;");
}

TEST_CASE("the same batch again is done, not written twice") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  MysqlDatabase database(own.spec(), form);
  Table table = small_table(false);
  table.create = true;
  REQUIRE(database.prepare(table));
  const Claim claim = taken(database);
  Batch batch(table.columns);
  Filler(batch).put("a", "1");
  for (int i = 0; i < 2; ++i) {
    const auto written = write(database, {part(), claim, 1, table, batch});
    REQUIRE(written);
    CHECK(*written == Written::Done);
  }
  CHECK(own.sql("SELECT id, text FROM t") == "a,1;");
}

TEST_CASE("newest keeps the row that is newest") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  MysqlDatabase database(own.spec(), form);
  const Table table = created(true);
  REQUIRE(database.prepare(table));
  Claim claim = taken(database);
  const auto write = [&](const std::string& text, Value seen) {
    Batch batch(table.columns);
    Filler(batch).put("a", text, seen);
    must_write(database, claim, table, batch);
    return own.sql("SELECT text, seen FROM t");
  };
  CHECK(write("none", {}) == "none,NULL;");
  CHECK(write("five", Value::of_int(5)) == "five,5;");
  CHECK(write("four", Value::of_int(4)) == "five,5;");
  CHECK(write("null", {}) == "five,5;");
  CHECK(write("other five", Value::of_int(5)) == "other five,5;");
  Batch batch(table.columns);
  Filler(batch).erase("a").put("a", "old", Value::of_int(1));
  must_write(database, claim, table, batch);
  CHECK(own.sql("SELECT text, seen FROM t") == "old,1;");
}

TEST_CASE("the last of a key wins under every collation") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  for (const std::string collation :
       {"utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_nopad_bin", "utf8mb4_unicode_520_ci"}) {
    OwnDatabase own;
    own.sql("CREATE TABLE t (id VARCHAR(20) COLLATE " + collation +
            " PRIMARY KEY, text TEXT, seen BIGINT)");
    MysqlDatabase at_once(own.spec(), form);
    const Table table = small_table();
    REQUIRE(at_once.prepare(table));
    Claim claim = taken(at_once);
    Batch batch(table.columns);
    Filler(batch).put("a ", "1").put("A", "2").put("a", "3").put("b", "4").erase("B").put("A ",
                                                                                          "5");
    must_write(at_once, claim, table, batch);
    const std::string found = own.sql("SELECT TRIM(id), text FROM t ORDER BY text");
    own.sql("DELETE FROM t");
    for (size_t row = 0; row < batch.size(); ++row) {
      Batch one(table.columns);
      one.keep(batch.row(row), batch.meta(row));
      must_write(at_once, claim, table, one);
    }
    CHECK(own.sql("SELECT TRIM(id), text FROM t ORDER BY text") == found);
  }
}

TEST_CASE("statements stay under half of the server's packet") {
  const MysqlForm form = GENERATE(MysqlForm::Arrays, MysqlForm::Text);
  OwnDatabase own;
  MysqlDatabase database(own.spec(), form);
  const Table table = created();
  REQUIRE(database.prepare(table));
  Claim claim = taken(database);
  const size_t packet = std::stoul(own.sql("SELECT @@max_allowed_packet"));
  Batch batch(table.columns);
  Filler fill(batch);
  for (const size_t less : {3000U, 1100U, 0U})
    fill.put("half less " + std::to_string(less), std::string(packet / 2 - less, 'x'));
  for (int i = 0; i < 3; ++i) fill.put(std::to_string(i), std::string(packet / 5, '\''));
  fill.put("nearly all", std::string(packet - 4000, 'x'));
  must_write(database, claim, table, batch);
  CHECK(own.sql("SELECT COUNT(*), SUM(LENGTH(text)) FROM t") ==
        "7," + std::to_string(packet / 2 * 3 - 4100 + packet / 5 * 3 + packet - 4000) + ";");
  batch.clear();
  Filler(batch).put("fine", "1").put("all", std::string(packet, 'x'));
  const auto refused = write(database, {part(), claim, claim.next + 1, table, batch});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Stop);
  CHECK(refused.error().message.find("id 'all'") != std::string::npos);
  CHECK(own.sql("SELECT COUNT(*) FROM t WHERE id = 'fine'") == "0;");
}

}  // namespace
}  // namespace streamworker::sink
