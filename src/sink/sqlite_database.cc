#include "sink/sqlite_database.h"

#include <algorithm>

#include "base/format.h"
#include "sink/messages.h"
#include "sink/sqlite_catalog.h"
#include "sink/statement.h"

namespace streamworker::sink {
namespace {

constexpr const char* kMemory = ":memory:";

constexpr const char* kSetUp =
    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; "
    "PRAGMA foreign_keys = ON; "
    "CREATE TABLE IF NOT EXISTS streamworker_offsets (app TEXT NOT NULL, sink TEXT NOT NULL, "
    "topic TEXT NOT NULL, part INTEGER NOT NULL, next_offset INTEGER NOT NULL, "
    "epoch INTEGER NOT NULL DEFAULT 0, owner TEXT NOT NULL DEFAULT '', incarnation TEXT, "
    "updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')), "
    "PRIMARY KEY (app, sink, topic, part)) WITHOUT ROWID";

constexpr const char* kWhere = " WHERE app = ?1 AND sink = ?2 AND topic = ?3 AND part = ?4";
constexpr const char* kNow = "strftime('%Y-%m-%d %H:%M:%f', 'now')";

// Parameters 1 to 4 of every statement on positions.
void bind_part(sql::Statement& statement, const PartId& part) {
  statement.bind(1, Value::of_string(part.app));
  statement.bind(2, Value::of_string(part.sink));
  statement.bind(3, Value::of_string(part.topic));
  statement.bind(4, Value::of_int(part.partition));
}

// A statement without rows.
Result<void> run(sql::Statement& statement) {
  auto stepped = statement.step();
  statement.reset();
  if (!stepped) return stepped.error();
  return {};
}

std::string insert_text(const TableName& name, const Table& table) {
  std::string parameters;
  for (size_t slot = 1; slot <= table.columns.size(); ++slot)
    parameters += fmt::format("{}?{}", slot == 1 ? "" : ", ", slot);
  return insert_head(Dialect::Sqlite, name, table.columns) + '(' + parameters + ')' +
         insert_tail(Dialect::Sqlite, name, table);
}

std::string erase_text(const TableName& name, const Table& table) {
  std::string text = delete_head(Dialect::Sqlite, name);
  for (size_t i = 0; i < table.key.size(); ++i)
    text += fmt::format("{}{} = ?{}", i == 0 ? "" : " AND ",
                        quoted(Dialect::Sqlite, table.columns[table.key[i]].name), i + 1);
  return text;
}

}  // namespace

Result<void> SqliteDatabase::connect() {
  if (open_) return {};
  auto opened = sql::Connection::open(path_);
  if (!opened) return opened.error();
  connection_ = std::move(*opened);
  if (auto done = connection_.run(kSetUp); !done) return context(done.error(), "opening " + path_);
  if (auto done = prepare_positions(); !done) return context(done.error(), "opening " + path_);
  open_ = true;
  return {};
}

Result<void> SqliteDatabase::prepare_positions() {
  const std::string moved = fmt::format(", updated_at = {}{}", kNow, kWhere);
  const std::pair<sql::Statement*, std::string> all[] = {
      {&positions_.insert,
       "INSERT INTO streamworker_offsets (app, sink, topic, part, next_offset, incarnation) VALUES "
       "(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING"},
      {&positions_.read,
       std::string("SELECT next_offset, epoch, incarnation FROM streamworker_offsets") + kWhere},
      {&positions_.claim, "UPDATE streamworker_offsets SET epoch = ?5, owner = ?6" + moved},
      {&positions_.move, "UPDATE streamworker_offsets SET next_offset = ?5" + moved +
                             " AND epoch = ?6 AND next_offset = ?7"},
  };
  for (const auto& [statement, text] : all) {
    auto made = sql::Statement::prepare(connection_, text);
    if (!made) return made.error();
    *statement = std::move(*made);
  }
  return {};
}

void SqliteDatabase::disconnect() {
  if (!open_ || path_ == kMemory) return;
  positions_ = {};
  for (Target& target : targets_) {
    target.insert = {};
    target.erase = {};
  }
  connection_ = sql::Connection();
  open_ = false;
}

Result<SqliteDatabase::Target*> SqliteDatabase::target_of(const Table& table) {
  auto at = std::find_if(targets_.begin(), targets_.end(),
                         [&](const Target& target) { return target.table == table; });
  if (at == targets_.end()) {
    auto name = parse_table_name(table.name);
    if (!name) return name.error();
    at = targets_.insert(at, Target{table, *name, KeyOrder::Unknown, {}, {}});
  }
  return &*at;
}

Result<void> SqliteDatabase::prepare_statements(Target& target) {
  if (target.insert.handle() != nullptr) return {};
  auto insert = sql::Statement::prepare(connection_, insert_text(target.name, target.table));
  if (!insert) return insert.error();
  if (target.table.upsert) {
    auto erase = sql::Statement::prepare(connection_, erase_text(target.name, target.table));
    if (!erase) return erase.error();
    target.erase = std::move(*erase);
  }
  target.insert = std::move(*insert);
  return {};
}

Result<std::vector<std::string>> SqliteDatabase::prepare(const Table& table) {
  auto target = target_of(table);
  if (!target) return target.error();
  if (auto done = connect(); !done) return done.error();
  auto ready = SqliteCatalog(connection_, path_).prepare((*target)->name, table);
  if (!ready) return ready.error();
  (*target)->order = ready->order;
  return ready->warnings;
}

Error SqliteDatabase::failed(Error error) {
  // Some errors have rolled back already; then this one says so, which nobody needs to know.
  if (auto done = connection_.run("ROLLBACK"); !done) return error;
  return error;
}

Result<Claim> SqliteDatabase::claim(const PartId& part, std::optional<Offset> start) {
  const std::string doing = "claiming the " + name_of(part);
  if (auto done = connect(); !done) return context(done.error(), doing);
  if (auto done = connection_.run("BEGIN IMMEDIATE"); !done) return context(done.error(), doing);
  auto claimed = claim_row(part, start);
  if (!claimed) return failed(context(claimed.error(), doing));
  if (auto done = connection_.run("COMMIT"); !done) return failed(context(done.error(), doing));
  return claimed;
}

Result<Claim> SqliteDatabase::claim_row(const PartId& part, std::optional<Offset> start) {
  if (start) {
    bind_part(positions_.insert, part);
    positions_.insert.bind(5, Value::of_int(*start));
    positions_.insert.bind(6,
                           part.incarnation.empty() ? Value() : Value::of_string(part.incarnation));
    if (auto done = run(positions_.insert); !done) return done.error();
  }
  bind_part(positions_.read, part);
  auto row = positions_.read.step();
  if (!row) return row.error();
  if (!*row) {
    positions_.read.reset();
    return Claim{};
  }
  const Claim claimed{true, positions_.read.int_at(0), positions_.read.int_at(1) + 1};
  const std::string incarnation = positions_.read.null_at(2) ? "" : positions_.read.text_at(2);
  positions_.read.reset();
  if (incarnation != part.incarnation) return other_incarnation(part, incarnation);
  bind_part(positions_.claim, part);
  positions_.claim.bind(5, Value::of_int(claimed.epoch));
  positions_.claim.bind(6, Value::of_string(part.owner));
  if (auto done = run(positions_.claim); !done) return done.error();
  return claimed;
}

Result<Written> SqliteDatabase::write(const PartId& part, const Claim& claim, Offset end,
                                      const Table& table, const Batch& rows) {
  const std::string doing = "writing to " + table.name;
  auto target = target_of(table);
  if (!target) return target.error();
  if (auto done = connect(); !done) return context(done.error(), doing);
  if (!rows.empty())
    if (auto done = prepare_statements(**target); !done) return context(done.error(), doing);
  if (auto done = fold(table, rows, (*target)->order, steps_); !done) return done.error();
  auto written = transact({part, claim, end, **target, rows});
  if (!written) return context(written.error(), doing);
  return written;
}

Result<Written> SqliteDatabase::transact(const Job& job) {
  if (auto done = connection_.run("BEGIN IMMEDIATE"); !done) return done.error();
  auto moved = move_position(job);
  if (!moved) return failed(moved.error());
  if (!*moved) {
    if (auto done = connection_.run("ROLLBACK"); !done) return done.error();
    return Written::Fenced;
  }
  if (auto done = write_rows(job); !done) return failed(done.error());
  if (auto done = connection_.run("COMMIT"); !done) return failed(done.error());
  return Written::Done;
}

Result<bool> SqliteDatabase::move_position(const Job& job) {
  bind_part(positions_.move, job.part);
  positions_.move.bind(5, Value::of_int(job.end));
  positions_.move.bind(6, Value::of_int(job.claim.epoch));
  positions_.move.bind(7, Value::of_int(job.claim.next));
  if (auto done = run(positions_.move); !done) return done.error();
  return connection_.changes() == 1;
}

Result<void> SqliteDatabase::write_rows(const Job& job) {
  for (const Step& step : steps_) {
    const Value* const values = job.rows.row(step.row);
    const bool writes = step.action == Step::Action::Write;
    sql::Statement& statement = writes ? job.target.insert : job.target.erase;
    const auto& key = job.target.table.key;
    const size_t width = writes ? job.target.table.columns.size() : key.size();
    for (size_t i = 0; i < width; ++i)
      statement.bind(static_cast<int>(i) + 1, values[writes ? i : key[i]]);
    if (auto done = run(statement); !done)
      return context(done.error(), "row " + name_of_row(job.target.table, job.rows, step.row));
  }
  return {};
}

}  // namespace streamworker::sink
