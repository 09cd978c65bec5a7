// A session of MySQL or MariaDB (see session.h). Set up as MysqlConnection says, but that a
// statement may run for as long as the server is there: TCP asks for it (keep-alive after 10 s,
// gone after 25 s; 30 s for what was sent and not received).
#pragma once

#include <mutex>
#include <set>

#include "sink/mysql_connection.h"
#include "sink/session.h"

namespace streamworker::sink {

class MysqlSession final : public Session {
 public:
  explicit MysqlSession(config::Database spec) : spec_(std::move(spec)) {}
  ~MysqlSession() override;

  Result<std::vector<SqlResult>> run_each(std::string_view statement,
                                          const SqlParameters* parameters) override;
  Result<void> drain(std::string_view statement, const SqlParameters& parameters) override;
  Result<void> begin() override;
  Result<void> commit() override;
  Result<void> rollback() override;
  bool in_transaction() const override;
  Result<bool> lock(const std::string& name) override;
  Result<void> unlock(const std::string& name) override;
  Dialect dialect() const override { return Dialect::Mysql; }
  void disconnect() override;
  void interrupt() override;

 private:
  Result<void> ready();
  Result<void> simple(const char* statement);
  Error failed(const MysqlFault& fault);
  std::string lock_name(const std::string& name) const;

  const config::Database spec_;
  MysqlConnection connection_;
  std::set<std::string> locks_;  // that this connection holds
  std::mutex mutex_;             // for `socket_`
  int socket_ = -1;              // a second descriptor of the connection's, for `interrupt`
};

}  // namespace streamworker::sink
