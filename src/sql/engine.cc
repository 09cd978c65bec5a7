#include "sql/engine.h"

#include <stdexcept>

#include <sqlite3.h>

#include "base/format.h"
#include "sql/functions.h"

namespace streamworker::sql {
namespace {

constexpr int kLongestValue = 64 << 20;  // bytes, of any text or blob that a function makes
constexpr int kLongestStatement = 1 << 20;

template <class T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// Empty: `function` may be called.
std::string refuse_function(const Engine::State& state, std::string_view function) {
  if (is_random(function) && !state.memory.random)
    return fmt::format("{}() is for generators only: a record may be processed again", function);
  if (function == "load_extension" || function == "fts3_tokenizer")
    return fmt::format("{}() is not for expressions", function);
  return {};
}

// Subqueries may read arrays and objects, nothing else is there to be read.
std::string refuse_table(std::string_view table) {
  if (table.empty() || table == "json_each" || table == "json_tree") return {};
  return fmt::format("no such table: {} (json_each and json_tree may be read)", table);
}

std::string_view view(const char* text) { return text == nullptr ? "" : text; }

// Empty: an expression may do this. `first` and `second` are what SQLite says of the action.
std::string refuse(const Engine::State& state, int action, const char* first, const char* second) {
  switch (action) {
    case SQLITE_SELECT:
      return {};
    case SQLITE_FUNCTION:
      return refuse_function(state, view(second));
    case SQLITE_READ:
      return refuse_table(view(first));
    case SQLITE_RECURSIVE:
      return "WITH RECURSIVE may never end";
    default:
      return "not for expressions";
  }
}

void harden(sqlite3* db) {
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);  // "x" is never a text
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, kLongestStatement);
}

}  // namespace

Engine::State::State(const Clock& clock, std::optional<int64_t> seed) : vfs(clock) {
  if (seed) memory.random.emplace(*seed);
  connection = require(Connection::open(":memory:", vfs.name().c_str()));
  harden(connection.handle());
  add_functions(connection.handle(), memory);
  // Connects the two tables: later that would need rights that no expression has.
  require(Statement::prepare(connection, "SELECT 1 FROM json_each('[]'), json_tree('[]')"));
  json_check = require(Statement::prepare(connection, "SELECT json_valid(?1)"));
  authorize();
}

void Engine::State::authorize() {
  constexpr auto check = [](void* user, int action, const char* first, const char* second,
                            const char*, const char*) {
    auto& state = *static_cast<State*>(user);
    std::string reason = refuse(state, action, first, second);
    if (reason.empty()) return SQLITE_OK;
    state.refusal = std::move(reason);
    return SQLITE_DENY;
  };
  sqlite3_set_authorizer(connection.handle(), check, this);
}

bool Engine::State::is_json(std::string_view text) {
  json_check.bind(1, Value::of_string(text));
  const Result<bool> row = json_check.step();
  const bool valid = row && *row && json_check.int_at(0) == 1;
  json_check.reset();
  return valid;
}

Engine::Engine(const Clock& clock, std::optional<int64_t> seed)
    : state_(std::make_unique<State>(clock, seed)) {}

Engine::~Engine() = default;

void Engine::start_record(int64_t n) {
  if (state_->memory.random) state_->memory.random->start(n);
}

}  // namespace streamworker::sql
