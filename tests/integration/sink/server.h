// The MariaDB or MySQL server of these tests: MYSQL_PORT, MYSQL_HOST (127.0.0.1), MYSQL_USER
// (root).
#pragma once

#include <string>
#include <vector>

#include "sink/mysql_connection.h"

namespace streamworker::sink {

// How to reach it; `database` empty: none chosen.
config::Database server(const std::string& database);

// A database of a test's own, dropped at the end.
class OwnDatabase {
 public:
  OwnDatabase();
  ~OwnDatabase();
  OwnDatabase(const OwnDatabase&) = delete;
  OwnDatabase& operator=(const OwnDatabase&) = delete;

  const config::Database& spec() const { return spec_; }
  // REQUIREs that it works. Rows as "a,b;c,NULL;".
  std::string sql(const std::string& statement);
  MysqlConnection& connection() { return connection_; }

 private:
  config::Database spec_;
  MysqlConnection connection_;
};

}  // namespace streamworker::sink
