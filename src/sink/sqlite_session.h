// A session on a SQLite file (see session.h).
#pragma once

#include <mutex>

#include "sink/session.h"
#include "sql/sqlite.h"

namespace streamworker::sink {

class SqliteSession final : public Session {
 public:
  // `:memory:`: a database of its own, which lives as long as this object.
  explicit SqliteSession(std::string path) : path_(std::move(path)) {}

  Result<std::vector<SqlResult>> run_each(std::string_view statement,
                                          const SqlParameters* parameters) override;
  Result<void> drain(std::string_view statement, const SqlParameters& parameters) override;
  Result<void> begin() override;
  Result<void> commit() override;
  Result<void> rollback() override;
  bool in_transaction() const override;
  Result<bool> lock(const std::string& name) override;
  Result<void> unlock(const std::string& name) override;
  Dialect dialect() const override { return Dialect::Sqlite; }
  void disconnect() override;
  void interrupt() override;

 private:
  Result<void> connect();
  Result<void> simple(const std::string& statement);
  // `keep`: the rows too.
  Result<SqlResult> run_one(std::string_view statement, const SqlParameters& parameters, bool keep);
  Result<SqlResult> read(sql::Statement& statement, bool keep);
  Error failed(Error error);

  const std::string path_;
  bool open_ = false;
  std::mutex mutex_;  // held while `connection_` is opened or closed
  sql::Connection connection_;
};

}  // namespace streamworker::sink
