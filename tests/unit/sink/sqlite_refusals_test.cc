// Rows that a SQLite file refuses, and errors by class.
#include <csignal>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sink/sqlite_database.h"
#include "unit/catch.h"
#include "unit/sink/folder.h"
#include "unit/sink/refusals_check.h"

namespace streamworker::sink {
namespace {

PartId part() { return {"app", "store/t", "data", 3, "me", ""}; }

struct Open {
  explicit Open(const std::string& script, const Table& what = small_table()) : table(what) {
    run(script);
    REQUIRE(database.prepare(table));
    const auto claimed = database.claim(part(), 0);
    REQUIRE(claimed);
    claim = *claimed;
  }
  void run(const std::string& script) const {
    auto connection = sql::Connection::open(path);
    REQUIRE(connection);
    REQUIRE(connection->run(script));
  }
  Result<Written> write(const Batch& batch) {
    auto written = database.write({part(), claim, claim.next + 1, table, batch}, refusals);
    if (written) ++claim.next;
    return written;
  }
  std::string rows(const std::string& name = "t") const {
    auto connection = sql::Connection::open(path);
    REQUIRE(connection);
    auto found = sql::Statement::prepare(
        *connection,
        "SELECT lower(id) || '=' || coalesce(text, '') || ',' || coalesce(seen, '') FROM " + name +
            " ORDER BY id");
    REQUIRE(found);
    std::string out;
    for (auto row = found->step(); row && *row; row = found->step()) out += found->text_at(0) + ';';
    return out;
  }

  Folder folder;
  std::string path = folder.file("out.db");
  Table table;
  SqliteDatabase database{path};
  Claim claim;
  Refusals refusals;
};

const std::string kTable =
    "CREATE TABLE t (id TEXT PRIMARY KEY, text TEXT NOT NULL CHECK (text NOT LIKE 'bad%'), seen "
    "INT)";

TEST_CASE("rows that a file refuses are handed over, and the rest stands") {
  Open open(kTable);
  Batch batch(open.table.columns);
  Filler(batch)
      .put("a", "1")
      .put("b", "bad")
      .row({Value::of_string("c"), {}, {}})
      .put("d", "first")
      .put("d", "bad second");
  const auto written = open.write(batch);
  REQUIRE(written);
  CHECK(*written == Written::Done);
  CHECK(open.rows() == "a=1,;d=first,;");
  REQUIRE(open.refusals.taken.size() == 3);
  CHECK(open.refusals.calls == 1);
  CHECK(open.refusals.taken.at(1).find("CHECK constraint failed") != std::string::npos);
  CHECK(open.refusals.taken.at(2).find("NOT NULL constraint failed: t.text, in row id 'c' (offset "
                                       "2)") != std::string::npos);
  CHECK(open.refusals.taken.contains(4));
}

TEST_CASE("a duplicate of an insert is refused, the first stands") {
  Open open("CREATE TABLE t (id TEXT PRIMARY KEY, text TEXT, seen INT)", small_table(false));
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1").put("b", "2").put("a", "3");
  REQUIRE(open.write(batch));
  CHECK(open.rows() == "a=1,;b=2,;");
  CHECK(open.refusals.taken.size() == 1);
  CHECK(open.refusals.taken.contains(2));
}

TEST_CASE("refused rows that cannot be kept roll everything back") {
  Open open(kTable);
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1").put("b", "bad");
  open.refusals.answer = retry("no broker");
  const auto later = open.write(batch);
  REQUIRE_FALSE(later);
  CHECK(later.error().remedy == Remedy::Retry);
  CHECK(open.database.trouble() == Trouble::Refusals);
  CHECK(open.rows().empty());
  open.refusals.answer = stop("on_error: fail");
  CHECK_FALSE(open.write(batch));
  CHECK(open.database.trouble() == Trouble::Fatal);
  CHECK(open.rows().empty());
  open.refusals.answer.reset();
  REQUIRE(open.write(batch));
  CHECK(open.rows() == "a=1,;");
}

TEST_CASE("a row whose error ends the transaction lets nothing in by itself") {
  Open open(
      "CREATE TABLE t (id TEXT PRIMARY KEY, text TEXT CHECK (text NOT LIKE 'bad%'), seen INT); "
      "CREATE TRIGGER refuses BEFORE INSERT ON t WHEN new.text = 'rolls back' BEGIN SELECT "
      "RAISE(ROLLBACK, 'no'); END");
  Batch batch(open.table.columns);
  Filler(batch).put("a", "rolls back").put("b", "2");
  const auto stopped = open.write(batch);
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().remedy == Remedy::Stop);
  CHECK(open.rows().empty());
}

TEST_CASE("whatever a file refuses, the rest is what one row after the other would have left") {
  const bool newest = GENERATE(false, true);
  const std::string collation = GENERATE("BINARY", "NOCASE");
  Table first = small_table(true, newest);
  Open open("CREATE TABLE t (id TEXT COLLATE " + collation +
                " PRIMARY KEY, text TEXT CHECK (text NOT LIKE 'bad%'), seen INT); CREATE TABLE u "
                "(id TEXT COLLATE " +
                collation + " PRIMARY KEY, text TEXT CHECK (text NOT LIKE 'bad%'), seen INT)",
            first);
  Table second = first;
  second.name = "u";
  REQUIRE(open.database.prepare(second));
  check_against_one_by_one(
      open.database, first, second, [&](const std::string& name) { return open.rows(name); },
      std::random_device()());
}

TEST_CASE("a table, a column, a file that goes away") {
  Open open(kTable);
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1");
  REQUIRE(open.write(batch));
  open.run("ALTER TABLE t RENAME COLUMN text TO words");
  auto stopped = open.write(batch);
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().remedy == Remedy::Stop);
  CHECK(open.database.trouble() == Trouble::Schema);
  open.run("ALTER TABLE t RENAME COLUMN words TO text");
  REQUIRE(open.write(batch));
  open.run("DROP TABLE t");
  stopped = open.write(batch);
  REQUIRE_FALSE(stopped);
  CHECK(open.database.trouble() == Trouble::Schema);
  CHECK(stopped.error().message.find("no such table: t") != std::string::npos);
}

TEST_CASE("a file that is held by somebody is waited for, one that is no database is not") {
  Open open(kTable);
  auto other = sql::Connection::open(open.path);
  REQUIRE(other);
  REQUIRE(other->run("BEGIN IMMEDIATE"));
  Batch batch(open.table.columns);
  Filler(batch).put("a", "1");
  const auto busy = open.write(batch);
  REQUIRE_FALSE(busy);
  CHECK(busy.error().remedy == Remedy::Retry);
  CHECK(open.database.trouble() == Trouble::Busy);
  REQUIRE(other->run("ROLLBACK"));
  REQUIRE(open.write(batch));

  const std::string path = open.folder.file("text.db");
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY, 0600);
  REQUIRE(::write(file, std::string(4096, 'x').data(), 4096) == 4096);
  ::close(file);
  SqliteDatabase text(path);
  const auto refused = text.prepare(open.table);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().remedy == Remedy::Stop);
  CHECK(text.trouble() == Trouble::Denied);
}

// In a process of its own, whose files may not grow beyond a limit: what a full disk looks like.
int write_until_full(const std::string& path) {
  ::signal(SIGXFSZ, SIG_IGN);
  SqliteDatabase database(path);
  Table table = small_table();
  table.create = true;
  if (!database.prepare(table)) return 1;
  auto claim = database.claim(part(), 0);
  if (!claim) return 2;
  Batch batch(table.columns);
  Filler fill(batch);
  for (int i = 0; i < 100; ++i) fill.put(std::to_string(i), std::string(10000, 'x'));
  Refusals refusals;
  const rlimit little{300000, RLIM_INFINITY};
  ::setrlimit(RLIMIT_FSIZE, &little);
  const auto full = database.write({part(), *claim, 1, table, batch}, refusals);
  if (full || full.error().remedy != Remedy::Retry) return 3;
  if (database.trouble() != Trouble::Busy) return 4;
  const rlimit enough{RLIM_INFINITY, RLIM_INFINITY};
  ::setrlimit(RLIMIT_FSIZE, &enough);
  const auto written = database.write({part(), *claim, 1, table, batch}, refusals);
  return written && *written == Written::Done && refusals.taken.empty() ? 0 : 5;
}

TEST_CASE("a full disk is waited for, and no row is at fault") {
  const Folder folder;
  const std::string path = folder.file("out.db");
  const pid_t child = ::fork();
  if (child == 0) ::_exit(write_until_full(path));
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace streamworker::sink
