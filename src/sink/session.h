// One connection for SQL that people wrote (timers, scripts) and for small tables of our own beside
// it (live settings, timers), on MySQL/MariaDB or SQLite. A Database (database.h) is the other kind
// of connection: batches of rows with their position.
//
// A session connects by itself when it has to and belongs to one thread. Outside of `begin` each
// statement commits by itself. Decimals come as their text, times as `moment_text` writes them; the
// session's time zone is UTC.
//
// A statement may run for as long as it likes: a server that is gone is noticed by TCP within 30 s,
// one that hangs only by `interrupt`. An idle connection is ended by the server after 20 s (so that
// a worker that was suspended keeps no lock for long) and opened again by the next statement; with
// a lock or a transaction it is not: then that statement fails, and both are lost.
//
// Errors are classified by code, as in database.h: Retry (away, busy, deadlock, interrupted: a
// transaction is rolled back, and a lock is lost with its connection), Stop (syntax, no such table
// or procedure, no permission, a value that does not fit: a transaction is the caller's to roll
// back). Messages never hold the password.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/spec.h"
#include "sink/identifier.h"

namespace streamworker::sink {

// Null, a number, or text.
using SqlValue = std::variant<std::monostate, int64_t, double, std::string>;

using SqlParameters = std::map<std::string, SqlValue>;

struct SqlResult {
  std::vector<std::string> columns;
  std::vector<std::vector<SqlValue>> rows;  // of the last result set
  int64_t affected = 0;                     // rows matched by the last INSERT, UPDATE or DELETE
};

class Session {
 public:
  virtual ~Session() = default;
  // One statement. `:name` outside of quotes and comments stands for a parameter, whose value is
  // bound or escaped by the connection; one that is not given is a Stop. All results of a CALL are
  // read. SQLite has no procedures.
  Result<SqlResult> run(std::string_view statement, const SqlParameters& parameters = {});
  // The same, with each result set by itself; what counted rows only has no columns. Without
  // `parameters` the text goes as it is.
  virtual Result<std::vector<SqlResult>> run_each(std::string_view statement,
                                                  const SqlParameters* parameters) = 0;
  // As `run`, for what it does: the rows are read one by one, so that no result is too large, and
  // go nowhere.
  virtual Result<void> drain(std::string_view statement, const SqlParameters& parameters) = 0;
  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual Result<void> rollback() = 0;
  // Is one open, by `begin` or by a statement?
  virtual bool in_transaction() const = 0;
  // A lock of the server's under this name and this database's, which ends with the connection at
  // the latest. False: somebody else holds it; does not wait. SQLite: the file's write lock, a
  // transaction until `commit` or `rollback`; waits for a second, since each writer of the file
  // holds it for a moment.
  virtual Result<bool> lock(const std::string& name) = 0;
  virtual Result<void> unlock(const std::string& name) = 0;
  virtual Dialect dialect() const = 0;
  // Closes the connection; the next call opens it again.
  virtual void disconnect() = 0;
  // Any thread: the statement that is running fails with Retry, soon. A server may go on with it:
  // the lock is held until it has ended.
  virtual void interrupt() = 0;
};

// A time in UTC as the database's own texts compare: "YYYY-MM-DD HH:MM:SS" with six digits behind
// the second where they are not zero; SQLite: as sinks write it, with three or six.
std::string moment_text(Dialect dialect, WallTime at);
// The way back, from what either database says. None: it is no time.
std::optional<WallTime> moment_of(const SqlValue& value);

// Both by the scheme of the url. Does not connect yet.
Dialect dialect_of(const config::Database& spec);
std::unique_ptr<Session> open_session(const config::Database& spec);

}  // namespace streamworker::sink
