// What a MySQL or MariaDB server says of its tables; creates what is missing. For start.
#pragma once

#include "sink/fold.h"
#include "sink/mysql_connection.h"
#include "sink/table_check.h"

namespace streamworker::sink {

// The table of positions, in the connection's own database.
constexpr const char* kOffsetsTable = "streamworker_offsets";

class MysqlCatalog {
 public:
  // REQUIRES: connection.is_open(). The connection outlives this.
  explicit MysqlCatalog(MysqlConnection& connection) : connection_(connection) {}

  // streamworker_offsets is there, with transactions; created if need be.
  Result<void> prepare_offsets();
  struct Ready {
    KeyOrder order = KeyOrder::Unknown;
    std::vector<std::string> warnings;
  };
  // The table as Database::prepare wants it.
  Result<Ready> prepare(const TableName& name, const Table& table);
  // Of the last error. None: the server answered, and the tables do not fit.
  std::optional<MysqlCause> cause() const { return cause_; }

 private:
  using Rows = MysqlConnection::Rows;
  Result<Rows> read(const std::string& statement);
  std::string schema_of(const TableName& name) const;
  std::string where(const TableName& name) const;
  Result<bool> exists(const TableName& name);
  // Stop: no such table, a view, or stored without transactions.
  Result<void> check_engine(const TableName& name);
  Result<TableFacts> facts(const TableName& name);

  MysqlConnection& connection_;
  std::optional<MysqlCause> cause_;
};

}  // namespace streamworker::sink
