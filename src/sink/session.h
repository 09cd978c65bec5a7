// One connection for SQL that people wrote (timers, scripts) and for small tables of our own beside
// it (live settings, timers), on MySQL/MariaDB or SQLite. A Database (database.h) is the other kind
// of connection: batches of rows with their position.
//
// A session connects by itself when it has to and belongs to one thread. Outside of `begin` each
// statement commits by itself. Times come and go as "YYYY-MM-DD HH:MM:SS.ffffff" in UTC, decimals
// as their text.
//
// Errors are classified by code, as in database.h: Retry (away, busy, deadlock: a transaction is
// rolled back, and a lock is lost with its connection), Stop (syntax, no such table or procedure, no
// permission, a value that does not fit). Messages never hold the password.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "config/spec.h"
#include "sink/identifier.h"

namespace streamworker::sink {

// Null, a number, or text.
using SqlValue = std::variant<std::monostate, int64_t, double, std::string>;

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
  virtual Result<SqlResult> run(std::string_view statement,
                                const std::map<std::string, SqlValue>& parameters = {}) = 0;
  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual Result<void> rollback() = 0;
  // A lock of the server's under this name, which ends with the connection at the latest. False:
  // somebody else holds it; never waits. SQLite: the file's write lock, until `commit` or
  // `rollback`.
  virtual Result<bool> lock(const std::string& name) = 0;
  virtual Result<void> unlock(const std::string& name) = 0;
  virtual Dialect dialect() const = 0;
  // Closes the connection; the next call opens it again.
  virtual void disconnect() = 0;
};

// By the scheme of the url. Does not connect yet.
std::unique_ptr<Session> open_session(const config::Database& spec);

}  // namespace streamworker::sink
