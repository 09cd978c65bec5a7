#include "sql/read_only.h"

#include <stdexcept>

#include <sqlite3.h>

#include "base/format.h"
#include "base/log.h"
#include "sql/call.h"
#include "sql/clock_vfs.h"
#include "sql/functions.h"

namespace streamworker::sql {

namespace {

constexpr int kLongestValue = 16 << 20;      // bytes, of any text or blob that a function makes
constexpr int kLongestStatement = 64 << 10;  // bytes
constexpr int kLookEvery = 1000;             // steps of SQLite's machine, at the clock

std::string_view view(const char* text) { return text == nullptr ? "" : text; }

bool is_hidden_table(std::string_view name) {
  return name.starts_with("sqlite_") || name.starts_with("pragma_");
}

bool is_hidden_function(std::string_view name) {
  return is_random(name) || name == "load_extension" || name == "fts3_tokenizer";
}

// `first` and `second` are what SQLite says of the action.
bool may(int action, std::string_view first, std::string_view second) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return true;
    case SQLITE_READ:
      return !is_hidden_table(first);
    case SQLITE_FUNCTION:
      return !is_hidden_function(second);
    default:
      return false;
  }
}

void limit(sqlite3* db) {
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);  // "x" is never a text
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, kLongestStatement);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

}  // namespace

struct ReadOnly::State {
  explicit State(const Clock& of) : clock(of), vfs(of) {}

  const Clock& clock;
  ClockVfs vfs;
  Memory memory;
  Connection connection;
  Duration deadline = Duration::max();
};

ReadOnly::ReadOnly(const Clock& clock, const std::vector<VirtualTable*>& tables)
    : state_(std::make_unique<State>(clock)) {
  auto opened = Connection::open(":memory:", state_->vfs.name().c_str());
  if (!opened) throw std::runtime_error(opened.error().message);
  state_->connection = std::move(*opened);
  sqlite3* const db = state_->connection.handle();
  limit(db);
  add_functions(db, state_->memory);
  // Each is connected here: later that would need rights that nobody has.
  for (VirtualTable* table : tables) {
    Result<void> added = add_table(state_->connection, *table);
    if (added) {
      const auto used = Statement::prepare(state_->connection,
                                           fmt::format("SELECT 1 FROM \"{}\"", table->name()));
      if (!used) added = used.error();
    }
    if (!added)
      log::warn("query", "table {} is not for SQL: {}", table->name(), added.error().message);
  }
  (void)Statement::prepare(state_->connection, "SELECT 1 FROM json_each('[]'), json_tree('[]')");
  constexpr auto check = [](void*, int action, const char* first, const char* second, const char*,
                            const char*) {
    return may(action, view(first), view(second)) ? SQLITE_OK : SQLITE_DENY;
  };
  sqlite3_set_authorizer(db, check, nullptr);
  constexpr auto look = [](void* user) {
    const auto& state = *static_cast<const State*>(user);
    return state.clock.steady() > state.deadline ? 1 : 0;
  };
  sqlite3_progress_handler(db, kLookEvery, look, state_.get());
}

ReadOnly::~ReadOnly() = default;

Result<Statement> ReadOnly::prepare(std::string_view text) {
  if (is_blank(text)) return stop("there is no statement");
  size_t used = 0;
  auto statement = Statement::prepare(state_->connection, text, &used);
  if (!statement) {
    if (state_->connection.code() == SQLITE_AUTH)
      return stop("only queries of the tables may be asked here: SELECT and WITH (" +
                  statement.error().message + ")");
    return stop(statement.error().message);
  }
  if (!is_blank(text.substr(used))) return stop("one statement at a time");
  if (statement->columns() == 0 || sqlite3_stmt_readonly(statement->handle()) == 0)
    return stop("only queries of the tables may be asked here: SELECT and WITH");
  return statement;
}

void ReadOnly::set_deadline(Duration steady) { state_->deadline = steady; }

}  // namespace streamworker::sql
