#include "sql/sqlite.h"

#include <utility>

#include <sqlite3.h>

#include "record/civil.h"
#include "record/decimal.h"
#include "record/timestamp.h"
#include "record/uuid.h"

namespace streamworker::sql {
namespace {

Fault fault_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL:  // a race for the locks of a WAL
      return Fault::Passes;
    case SQLITE_READONLY:
      return Fault::ReadOnly;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return Fault::Row;
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
      return Fault::Schema;
    default:
      return Fault::Person;
  }
}

Error failure_of(sqlite3* db) {
  if (db == nullptr) return retry("SQLite: out of memory");
  const std::string message = std::string("SQLite: ") + sqlite3_errmsg(db);
  const Fault fault = fault_of(sqlite3_errcode(db));
  return fault == Fault::Passes || fault == Fault::ReadOnly ? retry(message) : stop(message);
}

int size_of(std::string_view text) { return static_cast<int>(text.size()); }

// SQLite takes a null pointer for NULL, also where the size is 0.
const char* data_of(std::string_view text) { return text.empty() ? "" : text.data(); }

void bind_copy(sqlite3_stmt* statement, int slot, std::string_view text) {
  sqlite3_bind_text(statement, slot, data_of(text), size_of(text), SQLITE_TRANSIENT);
}

// SQLite's three digits behind the second, or six where they are needed.
void append_time(int64_t micros, std::string& out) {
  append_sqlite_time(micros, out);
  const int64_t below = (micros % 1000 + 1000) % 1000;
  if (below != 0) append_padded(static_cast<int>(below), 3, out);
}

std::string text_of(const Value& value) {
  std::string text;
  if (value.kind() == Value::Kind::Decimal) {
    append_decimal(value.as_unscaled(), value.scale(), text);
  } else if (value.kind() == Value::Kind::Uuid) {
    append_uuid(value.as_uuid(), text);
  } else if (value.kind() == Value::Kind::Date) {
    DateFormat().append(value.as_int(), text);
  } else {
    append_time(value.as_int(), text);
  }
  return text;
}

}  // namespace

Connection::~Connection() { sqlite3_close_v2(db_); }

Connection::Connection(Connection&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(db_, other.db_);
  return *this;
}

Result<Connection> Connection::open(const std::string& path, const char* vfs) {
  Connection connection;
  constexpr int flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (sqlite3_open_v2(path.c_str(), &connection.db_, flags, vfs) != SQLITE_OK)
    return context(connection.failure(), "opening " + path);
  return connection;
}

Result<void> Connection::run(const std::string& script) {
  if (sqlite3_exec(db_, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failure();
  return {};
}

int64_t Connection::changes() const { return sqlite3_changes64(db_); }

int64_t Connection::total_changes() const { return sqlite3_total_changes64(db_); }

void Connection::interrupt() const { sqlite3_interrupt(db_); }

Error Connection::failure() const { return failure_of(db_); }

Fault Connection::fault() const { return fault_of(sqlite3_errcode(db_)); }

bool Connection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

int Connection::code() const { return sqlite3_extended_errcode(db_); }

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept
    : statement_(std::exchange(other.statement_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(statement_, other.statement_);
  return *this;
}

Result<Statement> Statement::prepare(const Connection& on, std::string_view text, size_t* used) {
  Statement statement;
  const char* tail = nullptr;
  if (sqlite3_prepare_v3(on.handle(), data_of(text), size_of(text), SQLITE_PREPARE_PERSISTENT,
                         &statement.statement_, &tail) != SQLITE_OK)
    return on.failure();
  if (used != nullptr) *used = static_cast<size_t>(tail - data_of(text));
  if (statement.statement_ == nullptr) return stop("SQLite: an empty statement");
  return statement;
}

int Statement::parameters() const { return sqlite3_bind_parameter_count(statement_); }

std::string Statement::parameter_name(int slot) const {
  const char* const name = sqlite3_bind_parameter_name(statement_, slot);
  return name == nullptr ? "" : name;
}

int Statement::columns() const { return sqlite3_column_count(statement_); }

std::string Statement::column_name(int column) const {
  const char* const name = sqlite3_column_name(statement_, column);
  return name == nullptr ? "" : name;
}

void Statement::bind(int slot, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null:
      sqlite3_bind_null(statement_, slot);
      return;
    case Value::Kind::Int:
    case Value::Kind::Bool:
      sqlite3_bind_int64(statement_, slot, value.as_int());
      return;
    case Value::Kind::Double:
      sqlite3_bind_double(statement_, slot, value.as_double());
      return;
    case Value::Kind::Decimal:
    case Value::Kind::Timestamp:
    case Value::Kind::Date:
    case Value::Kind::Uuid:
      bind_copy(statement_, slot, text_of(value));
      return;
    case Value::Kind::String:
    case Value::Kind::Json:
      sqlite3_bind_text(statement_, slot, data_of(value.as_view()), size_of(value.as_view()),
                        SQLITE_STATIC);
      return;
    case Value::Kind::Bytes:
      sqlite3_bind_blob(statement_, slot, data_of(value.as_view()), size_of(value.as_view()),
                        SQLITE_STATIC);
      return;
  }
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failure_of(sqlite3_db_handle(statement_));
}

void Statement::reset() { sqlite3_reset(statement_); }

int64_t Statement::int_at(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Statement::text_at(int column) const {
  const void* const text = sqlite3_column_blob(statement_, column);
  if (text == nullptr) return {};
  return {static_cast<const char*>(text),
          static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

double Statement::double_at(int column) const { return sqlite3_column_double(statement_, column); }

bool Statement::null_at(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

bool Statement::is_int_at(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
}

bool Statement::is_double_at(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_FLOAT;
}

bool Statement::is_blob_at(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_BLOB;
}

bool is_complete(const std::string& text) { return sqlite3_complete(text.c_str()) != 0; }

}  // namespace streamworker::sql
