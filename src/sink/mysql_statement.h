// A prepared statement of MariaDB that takes rows as arrays (COM_STMT_BULK_EXECUTE). Belongs to a
// connection; when that is closed first, the statement is void and only to be destroyed.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "sink/mysql_columns.h"
#include "sink/mysql_errors.h"

struct st_mysql;
struct st_mysql_stmt;

namespace streamworker::sink {

// Whether the server at the other end of an open connection knows such statements: MariaDB from
// 10.2.7 on; MySQL does not.
bool takes_arrays(st_mysql* connection);

class MysqlStatement {
 public:
  explicit MysqlStatement(st_mysql* connection);

  std::optional<MysqlFault> prepare(std::string_view text);
  // Each row in turn stands for the placeholders, all in one statement. Of an INSERT the server
  // undoes every row when it fails for one. REQUIRES: prepared; rows.rows() > 0
  std::optional<MysqlFault> run(const MysqlColumns& rows);

 private:
  struct Closer {
    void operator()(st_mysql_stmt* handle) const;
  };
  MysqlFault fault() const;

  std::unique_ptr<st_mysql_stmt, Closer> handle_;
};

}  // namespace streamworker::sink
