// What a SQLite file says of its tables; creates what is missing. For start.
#pragma once

#include "sink/fold.h"
#include "sink/table_check.h"
#include "sql/sqlite.h"

namespace streamworker::sink {

class SqliteCatalog {
 public:
  // The connection outlives this; `path` is for messages.
  SqliteCatalog(sql::Connection& connection, std::string path)
      : connection_(connection), path_(std::move(path)) {}

  struct Ready {
    KeyOrder order = KeyOrder::Unknown;
    std::vector<std::string> warnings;
  };
  // The table as Database::prepare wants it.
  Result<Ready> prepare(const TableName& name, const Table& table);

 private:
  Result<std::vector<std::string>> tables();
  Result<TableFacts> facts(const TableName& name);
  Result<void> read_uniques(const TableName& name, TableFacts& facts);
  // The columns of one index; a collation that is not BINARY goes to its column.
  Result<void> read_index(UniqueFacts& unique, TableFacts& facts);

  sql::Connection& connection_;
  std::string path_;
};

}  // namespace streamworker::sink
