#include "sink/sqlite_session.h"

#include "sink/parameters.h"

namespace streamworker::sink {
namespace {

constexpr const char* kMemory = ":memory:";
// How long a statement waits for other writers of the file, and how long `lock` does.
constexpr const char* kPatience = "PRAGMA busy_timeout = 5000";
constexpr const char* kPatienceOfLock = "PRAGMA busy_timeout = 1000";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

Value bound(const SqlValue& value) {
  if (const auto* const number = std::get_if<int64_t>(&value)) return Value::of_int(*number);
  if (const auto* const number = std::get_if<double>(&value)) return Value::of_double(*number);
  if (const auto* const text = std::get_if<std::string>(&value)) return Value::of_string(*text);
  return {};
}

// Texts stay where they are: `parameters` must outlive the statement's steps.
Result<void> bind(sql::Statement& statement, const SqlParameters& parameters) {
  for (int slot = 1; slot <= statement.parameters(); ++slot) {
    const std::string name = statement.parameter_name(slot);
    if (name.empty() || name.front() != ':')
      return stop("a parameter is written :name here, not " + (name.empty() ? "?" : name));
    const auto found = parameters.find(name.substr(1));
    if (found == parameters.end()) return no_such_parameter(name.substr(1), parameters);
    statement.bind(slot, bound(found->second));
  }
  return {};
}

SqlValue cell(const sql::Statement& statement, int column) {
  if (statement.null_at(column)) return {};
  if (statement.is_int_at(column)) return statement.int_at(column);
  if (statement.is_double_at(column)) return statement.double_at(column);
  return statement.text_at(column);
}

}  // namespace

Result<void> SqliteSession::connect() {
  if (open_) return {};
  auto opened = sql::Connection::open(path_);
  if (!opened) return opened.error();
  for (const char* const statement : {kPatience, "PRAGMA journal_mode = WAL",
                                      "PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON"})
    if (auto done = opened->run(statement); !done) return context(done.error(), "opening " + path_);
  const std::lock_guard lock(mutex_);
  connection_ = std::move(*opened);
  open_ = true;
  return {};
}

void SqliteSession::disconnect() {
  if (path_ == kMemory) return;
  const std::lock_guard lock(mutex_);
  connection_ = sql::Connection();
  open_ = false;
}

void SqliteSession::interrupt() {
  const std::lock_guard lock(mutex_);
  if (open_) connection_.interrupt();
}

// A passing error ends the transaction, as session.h says; some have ended it already.
Error SqliteSession::failed(Error error) {
  if (error.remedy != Remedy::Retry || !connection_.in_transaction()) return error;
  // Interrupted once more: closing the file ends it as well.
  if (auto done = connection_.run("ROLLBACK"); !done) disconnect();
  return error;
}

Result<std::vector<SqlResult>> SqliteSession::run_each(std::string_view statement,
                                                       const SqlParameters* parameters) {
  static const SqlParameters none;
  auto result = run_one(statement, parameters == nullptr ? none : *parameters, true);
  if (!result) return result.error();
  std::vector<SqlResult> results;
  results.push_back(std::move(*result));
  return results;
}

Result<void> SqliteSession::drain(std::string_view statement, const SqlParameters& parameters) {
  const auto result = run_one(statement, parameters, false);
  return result ? Result<void>() : result.error();
}

Result<SqlResult> SqliteSession::run_one(std::string_view statement,
                                         const SqlParameters& parameters, bool keep) {
  if (auto done = connect(); !done) return done.error();
  size_t used = 0;
  auto prepared = sql::Statement::prepare(connection_, statement, &used);
  if (!prepared) return failed(prepared.error());
  if (!is_blank(statement.substr(used))) return stop("more than one statement in one text");
  if (auto done = bind(*prepared, parameters); !done) return done.error();
  auto result = read(*prepared, keep);
  if (!result) {
    // A statement that is not done would keep the transaction from ending.
    *prepared = sql::Statement();
    return failed(result.error());
  }
  return result;
}

Result<SqlResult> SqliteSession::read(sql::Statement& statement, bool keep) {
  SqlResult result;
  for (int i = 0; i < statement.columns(); ++i) result.columns.push_back(statement.column_name(i));
  const int64_t before = connection_.total_changes();
  auto row = statement.step();
  for (; row && *row; row = statement.step()) {
    if (!keep) continue;
    auto& cells = result.rows.emplace_back();
    for (int i = 0; i < statement.columns(); ++i) cells.push_back(cell(statement, i));
  }
  if (!row) return row.error();
  // What is counted before stays until the next statement that changes rows.
  if (connection_.total_changes() != before) result.affected = connection_.changes();
  return result;
}

Result<void> SqliteSession::simple(const std::string& statement) {
  if (auto done = connect(); !done) return done;
  if (auto done = connection_.run(statement); !done)
    return context(failed(done.error()), statement);
  return {};
}

Result<void> SqliteSession::begin() { return simple("BEGIN IMMEDIATE"); }

Result<void> SqliteSession::commit() { return simple("COMMIT"); }

Result<void> SqliteSession::rollback() {
  if (!in_transaction()) return {};
  return simple("ROLLBACK");
}

bool SqliteSession::in_transaction() const { return open_ && connection_.in_transaction(); }

Result<bool> SqliteSession::lock(const std::string&) {
  if (auto done = simple(kPatienceOfLock); !done) return done.error();
  const auto taken = begin();
  if (auto done = simple(kPatience); !done) return done.error();
  if (taken) return true;
  if (taken.error().remedy == Remedy::Retry) return false;
  return taken.error();
}

// The lock is the transaction: `commit` and `rollback` give it back.
Result<void> SqliteSession::unlock(const std::string&) { return {}; }

}  // namespace streamworker::sink
