// SQLite behind RAII: a connection and its statements. The folder sql/ is the only one that names
// SQLite; sink/ (files) and later query/ work through these two classes. One thread each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "record/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace streamworker::sql {

// What an error of SQLite was about, by its code.
enum class Fault {
  Passes,    // busy, locked, full, I/O, no memory, interrupted
  ReadOnly,  // passes, too, but on a new connection: the file may have been replaced
  Row,       // a constraint, a wrong type, too big
  Schema,    // no such table or column; also when there was no error
  Person,    // not a database, damaged, no permission, cannot be opened, misuse
};

class Connection {
 public:
  Connection() = default;
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;

  // A file is created when it is missing. `vfs`: a name that SQLite knows; null: its default.
  // Errors as `failure` says.
  static Result<Connection> open(const std::string& path, const char* vfs = nullptr);
  // Statements without results, separated by semicolons.
  Result<void> run(const std::string& script);
  // Rows changed by the last statement.
  int64_t changes() const;
  // Rows changed since it was opened.
  int64_t total_changes() const;
  // Any thread, while nobody closes it: the statement that runs fails with Retry.
  void interrupt() const;
  sqlite3* handle() const { return db_; }
  // The last error of this connection as ours: Passes, ReadOnly → Retry; else Stop.
  Error failure() const;
  Fault fault() const;
  // Between BEGIN and its end; some errors end a transaction by themselves.
  bool in_transaction() const;
  // SQLite's extended result code of the last error.
  int code() const;

 private:
  sqlite3* db_ = nullptr;
};

class Statement {
 public:
  Statement() = default;
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;

  // `used`: where the statement ends in the text; without it, what follows is ignored.
  static Result<Statement> prepare(const Connection& on, std::string_view text,
                                   size_t* used = nullptr);
  // Slots to bind, and the name of one with its sign (":from"), empty for a bare `?`.
  int parameters() const;
  std::string parameter_name(int slot) const;
  // Columns of the result, from 0; none: it is no query.
  int columns() const;
  std::string column_name(int column) const;
  // `slot` from 1. Text is not copied: it must live until the next `reset`. Decimals are bound as
  // their text, timestamps and dates as SQLite's text form in UTC (microseconds are kept), uuids as
  // text.
  void bind(int slot, const Value& value);
  // True: a row is there; false: done.
  Result<bool> step();
  // Ready for the next `step`; bound values stay.
  void reset();
  int64_t int_at(int column) const;
  std::string text_at(int column) const;
  double double_at(int column) const;
  bool null_at(int column) const;
  // SQLite's storage class: an integer, a floating point number, bytes.
  bool is_int_at(int column) const;
  bool is_double_at(int column) const;
  bool is_blob_at(int column) const;
  sqlite3_stmt* handle() const { return statement_; }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

// Does the text end where a statement ends? A semicolon inside of quotes, comments or the body of a
// trigger ends none.
bool is_complete(const std::string& text);

}  // namespace streamworker::sql
