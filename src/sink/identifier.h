// Names of tables and columns from the pipeline file, on their way into SQL text: checked, then
// quoted. Values never go this way (see literal.h).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace streamworker::sink {

enum class Dialect { Mysql, Sqlite };

struct TableName {
  std::string schema;  // empty: the connection's own
  std::string table;
};

// "table" or "schema.table". Stop: an empty part, more than 64 bytes in a part, control characters,
// a blank at the end (MySQL cuts it), more than one dot.
Result<TableName> parse_table_name(std::string_view text);

// `name` for MySQL, "name" for SQLite; the quote itself is doubled.
std::string quoted(Dialect dialect, std::string_view name);
std::string quoted(Dialect dialect, const TableName& name);

}  // namespace streamworker::sink
