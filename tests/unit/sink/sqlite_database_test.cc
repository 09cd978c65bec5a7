#include "sink/sqlite_database.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/catch.h"
#include "unit/sink/folder.h"
#include "unit/sink/rows.h"

namespace streamworker::sink {
namespace {

PartId part() { return {"app", "store/t", "data", 3, "me", ""}; }

Table created(bool newest = false) {
  Table table = small_table(true, newest);
  table.create = true;
  return table;
}

// "a=1;b=2": the first two columns of the answer.
std::string query(const std::string& path, const std::string& text) {
  const auto connection = sql::Connection::open(path);
  REQUIRE(connection);
  auto rows = sql::Statement::prepare(*connection, text);
  REQUIRE(rows);
  std::string out;
  for (auto row = rows->step(); row && *row; row = rows->step())
    out += rows->text_at(0) + '=' + rows->text_at(1) + ';';
  return out;
}

Claim taken(Database& database, std::optional<Offset> start = 0) {
  const auto claim = database.claim(part(), start);
  REQUIRE(claim);
  return *claim;
}

TEST_CASE("rows and position go into a SQLite file together") {
  const Folder folder;
  const std::string path = folder.file("out.db");
  SqliteDatabase database(path);
  const Table table = created();
  REQUIRE(database.prepare(table));
  CHECK_FALSE(taken(database, {}).known);
  Claim claim = taken(database, 10);
  CHECK((claim.known && claim.next == 10 && claim.epoch == 1));
  Batch batch(table.columns);
  Filler(batch).put("a", "1").put("b", "2").put("a", "3").erase("c");
  auto written = write(database, {part(), claim, 14, table, batch});
  REQUIRE(written);
  CHECK(*written == Written::Done);
  CHECK(query(path, "SELECT id, text FROM t ORDER BY id") == "a=3;b=2;");
  CHECK(query(path, "SELECT next_offset, epoch FROM streamworker_offsets") == "14=1;");
  claim.next = 14;
  batch.clear();
  Filler(batch).erase("a").put("b", "4");
  database.disconnect();
  REQUIRE(sink::write(database, {part(), claim, 16, table, batch}));
  CHECK(query(path, "SELECT id, text FROM t ORDER BY id") == "b=4;");
  claim.next = 16;
  batch.clear();
  REQUIRE(sink::write(database, {part(), claim, 20, table, batch}));
  CHECK(query(path, "SELECT next_offset, epoch FROM streamworker_offsets") == "20=1;");
}

TEST_CASE("an earlier owner is fenced and changes nothing") {
  const Folder folder;
  const std::string path = folder.file("out.db");
  SqliteDatabase old_owner(path);
  SqliteDatabase new_owner(path);
  const Table table = created();
  REQUIRE(old_owner.prepare(table));
  const Claim old_claim = taken(old_owner);
  const Claim new_claim = taken(new_owner);
  CHECK(new_claim.epoch == old_claim.epoch + 1);
  Batch batch(table.columns);
  Filler(batch).put("a", "zombie");
  const auto fenced = write(old_owner, {part(), old_claim, 1, table, batch});
  REQUIRE(fenced);
  CHECK(*fenced == Written::Fenced);
  CHECK(query(path, "SELECT id, text FROM t").empty());
  const auto done = write(new_owner, {part(), new_claim, 1, table, batch});
  REQUIRE(done);
  CHECK(*done == Written::Done);
  // The same batch again: the position is past it.
  const auto again = write(new_owner, {part(), new_claim, 1, table, batch});
  REQUIRE(again);
  CHECK(*again == Written::Fenced);
}

TEST_CASE("another incarnation's position is an error") {
  SqliteDatabase database(":memory:");
  REQUIRE(database.prepare(created()));
  taken(database);
  PartId other = part();
  other.incarnation = "0123";
  const auto refused = database.claim(other, 0);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Stop);
}

TEST_CASE("newest keeps the row that is newest") {
  const Folder folder;
  const std::string path = folder.file("out.db");
  SqliteDatabase database(path);
  const Table table = created(true);
  REQUIRE(database.prepare(table));
  Claim claim = taken(database);
  const auto write = [&](const std::string& text, Value seen) {
    Batch batch(table.columns);
    Filler(batch).put("a", text, seen);
    REQUIRE(sink::write(database, {part(), claim, claim.next + 1, table, batch}));
    ++claim.next;
    return query(path, "SELECT text, seen FROM t");
  };
  CHECK(write("none", {}) == "none=;");
  CHECK(write("five", Value::of_int(5)) == "five=5;");
  CHECK(write("four", Value::of_int(4)) == "five=5;");
  CHECK(write("null", {}) == "five=5;");
  CHECK(write("other five", Value::of_int(5)) == "other five=5;");
}

TEST_CASE("a row that does not fit stops, names its key, and leaves nothing") {
  const Folder folder;
  const std::string path = folder.file("out.db");
  {
    auto connection = sql::Connection::open(path);
    REQUIRE(connection);
    REQUIRE(
        connection->run("CREATE TABLE t (id TEXT PRIMARY KEY, text TEXT CHECK "
                        "(length(text) < 3), seen INT)"));
  }
  SqliteDatabase database(path);
  const Table table = small_table();
  REQUIRE(database.prepare(table));
  const Claim claim = taken(database);
  Batch batch(table.columns);
  Filler(batch).put("a", "1").put("b", "long");
  const auto refused = write(database, {part(), claim, 2, table, batch});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Stop);
  CHECK(refused.error().message.find("id 'b' (offset 1)") != std::string::npos);
  CHECK(query(path, "SELECT id, text FROM t").empty());
  CHECK(query(path, "SELECT next_offset, 0 FROM streamworker_offsets") == "0=0;");
}

TEST_CASE("the table is checked at start") {
  const Folder folder;
  const std::string path = folder.file("out.db");
  {
    auto connection = sql::Connection::open(path);
    REQUIRE(connection);
    REQUIRE(connection->run(
        "CREATE TABLE nokey (id TEXT, text TEXT, seen INT); CREATE TABLE two (id TEXT PRIMARY KEY, "
        "text TEXT UNIQUE, seen INT); CREATE TABLE number (seen INTEGER PRIMARY KEY, id, text)"));
  }
  SqliteDatabase database(path);
  Table table = small_table();
  const auto message = [&] {
    const auto checked = database.prepare(table);
    REQUIRE_FALSE(checked);
    return checked.error().message;
  };
  table.name = "tow";
  CHECK(message().find("did you mean \"two\"?") != std::string::npos);
  table.name = "nokey";
  CHECK(message().find("CREATE UNIQUE INDEX \"nokey_key\" ON \"nokey\" (\"id\")") !=
        std::string::npos);
  table.name = "two";
  const auto two = database.prepare(table);
  REQUIRE(two);
  CHECK(two->size() == 1);
  table.name = "number";
  table.key = {2};
  CHECK(database.prepare(table));
}

TEST_CASE("decimals and moments are exact in SQLite") {
  const Folder folder;
  const std::string path = folder.file("out.db");
  SqliteDatabase database(path);
  Table table;
  table.name = "t";
  table.upsert = table.create = true;
  table.key = {0};
  table.columns = Schema({{"at", {Type::Timestamp}}, {"d", {Type::Decimal, 38, 3}}});
  REQUIRE(database.prepare(table));
  const Claim claim = taken(database);
  Batch batch(table.columns);
  Filler(batch).row({Value::of_timestamp(1586369252168878),
                     Value::of_decimal(Int128{1234567890123456789} * 1000000000 + 1, 3)});
  REQUIRE(sink::write(database, {part(), claim, 1, table, batch}));
  CHECK(query(path, "SELECT at, d FROM t") ==
        "2020-04-08 18:07:32.168878=1234567890123456789000000.001;");
}

// Writes batches of ten rows until it is killed; a byte into the pipe after each.
[[noreturn]] void write_for_ever(const std::string& path, int pipe) {
  SqliteDatabase database(path);
  const Table table = created();
  bool fine = database.prepare(table).has_value();
  auto claim = database.claim(part(), 0);
  fine = fine && claim;
  Batch batch(table.columns);
  while (fine) {
    batch.clear();
    Filler fill(batch);
    for (Offset i = 0; i < 10; ++i) fill.put(std::to_string(claim->next + i), "x");
    const auto written = write(database, {part(), *claim, claim->next + 10, table, batch});
    claim->next += 10;
    fine = written && *written == Written::Done && ::write(pipe, "x", 1) == 1;
  }
  ::_exit(1);
}

TEST_CASE("kill -9: what was said to be done is there, and rows equal the position") {
  const Folder folder;
  const std::string path = folder.file("out.db");
  int64_t done = 0;
  for (int round = 0; round < 5; ++round) {
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const pid_t child = ::fork();
    if (child == 0) write_for_ever(path, pipe[1]);
    ::close(pipe[1]);
    char byte = 0;
    for (int i = 0; i < 20 + 7 * round; ++i) done += ::read(pipe[0], &byte, 1) * 10;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe[0], &byte, 1) == 1) done += 10;
    ::close(pipe[0]);
    const std::string rows = query(path, "SELECT count(*), 0 FROM t");
    CHECK(rows == query(path, "SELECT next_offset, 0 FROM streamworker_offsets"));
    const int64_t stored = std::stoll(rows);
    CHECK((stored == done || stored == done + 10));
    done = stored;
  }
}

}  // namespace
}  // namespace streamworker::sink
