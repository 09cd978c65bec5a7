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

Trouble trouble_of(sql::Fault fault) {
  switch (fault) {
    case sql::Fault::Passes:
    case sql::Fault::ReadOnly:
      return Trouble::Busy;
    case sql::Fault::Schema:
      return Trouble::Schema;
    case sql::Fault::Person:
      return Trouble::Denied;
    case sql::Fault::Row:  // at COMMIT: nobody knows of which row
      break;
  }
  return Trouble::Unknown;
}

}  // namespace

Result<void> SqliteDatabase::connect() {
  if (open_) return {};
  auto opened = sql::Connection::open(path_);
  if (!opened) {
    trouble_ = opened.error().remedy == Remedy::Retry ? Trouble::Away : Trouble::Denied;
    return opened.error();
  }
  connection_ = std::move(*opened);
  auto done = connection_.run(kSetUp);
  if (done) done = prepare_positions();
  if (!done) return noted(context(done.error(), "opening " + path_));
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
  if (!ready) return noted(ready.error());
  (*target)->order = ready->order;
  return ready->warnings;
}

Error SqliteDatabase::noted(Error error) {
  trouble_ = trouble_of(connection_.fault());
  return error;
}

Error SqliteDatabase::failed(Error error) {
  error = noted(std::move(error));
  const sql::Fault fault = connection_.fault();
  // Some errors have rolled back already; then this one says so, which nobody needs to know.
  const bool rolled_back = connection_.run("ROLLBACK").has_value();
  const bool unusable = fault == sql::Fault::ReadOnly || fault == sql::Fault::Person;
  if (unusable || (!rolled_back && connection_.in_transaction())) disconnect();
  return error;
}

Result<Claim> SqliteDatabase::claim(const PartId& part, std::optional<Offset> start) {
  const std::string doing = "claiming the " + name_of(part);
  if (auto done = connect(); !done) return context(done.error(), doing);
  if (auto done = connection_.run("BEGIN IMMEDIATE"); !done)
    return failed(context(done.error(), doing));
  auto position = start ? made_position(part, *start) : read_position(part);
  if (!position) return failed(context(position.error(), doing));
  Claim claimed;
  if (*position) {
    if ((*position)->incarnation != part.incarnation) {
      Error error = failed(context(other_incarnation(part, (*position)->incarnation), doing));
      trouble_ = Trouble::Fatal;
      return error;
    }
    claimed = {true, (*position)->next, (*position)->epoch + 1};
    bind_part(positions_.claim, part);
    positions_.claim.bind(5, Value::of_int(claimed.epoch));
    positions_.claim.bind(6, Value::of_string(part.owner));
    if (auto done = run(positions_.claim); !done) return failed(context(done.error(), doing));
  }
  if (auto done = connection_.run("COMMIT"); !done) return failed(context(done.error(), doing));
  return claimed;
}

Result<std::optional<SqliteDatabase::Position>> SqliteDatabase::made_position(const PartId& part,
                                                                              Offset start) {
  const Value incarnation = part.incarnation.empty() ? Value() : Value::of_string(part.incarnation);
  bind_part(positions_.insert, part);
  positions_.insert.bind(5, Value::of_int(start));
  positions_.insert.bind(6, incarnation);
  if (auto done = run(positions_.insert); !done) return done.error();
  return read_position(part);
}

Result<std::optional<SqliteDatabase::Position>> SqliteDatabase::read_position(const PartId& part) {
  bind_part(positions_.read, part);
  auto row = positions_.read.step();
  std::optional<Position> position;
  if (row && *row)
    position = {positions_.read.int_at(0), positions_.read.int_at(1),
                positions_.read.null_at(2) ? "" : positions_.read.text_at(2)};
  positions_.read.reset();
  if (!row) return row.error();
  return position;
}

Result<Written> SqliteDatabase::write(const Delivery& delivery, RowRefusals& refusals) {
  const std::string doing = "writing to " + delivery.table.name;
  auto target = target_of(delivery.table);
  if (!target) return target.error();
  if (auto done = connect(); !done) return context(done.error(), doing);
  if (!delivery.rows.empty())
    if (auto done = prepare_statements(**target); !done)
      return failed(context(done.error(), doing));
  steps_.start(delivery.table, delivery.rows, (*target)->order);
  while (true) {
    auto written = transact({delivery, **target, refusals});
    if (!written) return context(written.error(), doing);
    if (*written) return **written;
  }
}

Result<std::optional<Written>> SqliteDatabase::transact(const Job& job) {
  if (auto done = connection_.run("BEGIN IMMEDIATE"); !done) return failed(done.error());
  auto moved = move_position(job.delivery);
  if (!moved) return failed(moved.error());
  if (!*moved) {
    if (auto done = connection_.run("ROLLBACK"); !done) return failed(done.error());
    return std::optional(Written::Fenced);
  }
  if (auto done = write_rows(job); !done) return failed(done.error());
  if (steps_.unfolds()) {
    if (auto done = connection_.run("ROLLBACK"); !done) return failed(done.error());
    return std::optional<Written>();
  }
  if (auto kept = steps_.hand_over(job.refusals, job.delivery.part); !kept) {
    Error error = failed(kept.error());
    trouble_ = error.remedy == Remedy::Retry ? Trouble::Refusals : Trouble::Fatal;
    return error;
  }
  if (auto done = connection_.run("COMMIT"); !done) return failed(done.error());
  return std::optional(Written::Done);
}

Result<bool> SqliteDatabase::move_position(const Delivery& delivery) {
  bind_part(positions_.move, delivery.part);
  positions_.move.bind(5, Value::of_int(delivery.end));
  positions_.move.bind(6, Value::of_int(delivery.claim.epoch));
  positions_.move.bind(7, Value::of_int(delivery.claim.next));
  if (auto done = run(positions_.move); !done) return done.error();
  return connection_.changes() == 1;
}

// A row that fails leaves nothing of itself.
Result<void> SqliteDatabase::write_rows(const Job& job) {
  for (const Step& step : steps_.steps()) {
    auto done = write_row(job, step);
    if (done) continue;
    if (connection_.fault() != sql::Fault::Row) return done;
    // ON CONFLICT ROLLBACK of the table, or a trigger: what follows would commit by itself.
    if (!connection_.in_transaction()) return done;
    steps_.refuse(step.row, done.error().message);
  }
  return {};
}

Result<void> SqliteDatabase::write_row(const Job& job, const Step& step) {
  const Value* const values = job.delivery.rows.row(step.row);
  const bool writes = step.action == Step::Action::Write;
  sql::Statement& statement = writes ? job.target.insert : job.target.erase;
  const auto& key = job.target.table.key;
  const size_t width = writes ? job.target.table.columns.size() : key.size();
  for (size_t i = 0; i < width; ++i)
    statement.bind(static_cast<int>(i) + 1, values[writes ? i : key[i]]);
  return run(statement);
}

}  // namespace streamworker::sink
