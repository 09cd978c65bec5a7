// A statement of SQL over all tables that are here, answered as JSON (DESIGN 7.3).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "query/sql_table.h"
#include "sql/read_only.h"

namespace streamworker::query {

struct SqlLimits {
  size_t rows = 10'000;
  size_t bytes = 16UL << 20;  // of the answer
  Duration time = std::chrono::seconds(10);
};

// One thread at a time.
class SqlQuery {
 public:
  // All must outlive it.
  SqlQuery(const Clock& clock, const Tables& tables, const std::vector<TableReader*>& readers);

  // {"columns": […], "rows": [[…], …]}; blobs as base64. Retry: a table is not there to be read
  // now. Stop: the statement is at fault, or its answer is beyond the limits.
  Result<std::string> run(const std::string& statement, const SqlLimits& limits);

 private:
  Result<std::string> answer(sql::Statement& statement, const SqlLimits& limits);
  Error failed(const Error& error, const SqlLimits& limits) const;

  const Clock& clock_;
  std::vector<std::unique_ptr<SqlTable>> tables_;
  std::unique_ptr<sql::ReadOnly> connection_;  // before what it reads goes
};

}  // namespace streamworker::query
