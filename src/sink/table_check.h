// Does a table fit the rows that a pipeline writes? What the database's catalog says (read by
// mysql_catalog and sqlite_catalog) against the Table; for start, and for every database alike.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sink/database.h"
#include "sink/identifier.h"

namespace streamworker::sink {

struct ColumnFacts {
  std::string name;
  std::string type;                  // as the database names it, in lower case, without lengths
  std::string collation;             // empty: none, or the database's own
  std::optional<int64_t> precision;  // of a decimal
  std::optional<int64_t> scale;
  std::optional<int64_t> fraction;  // digits of a second
  bool required = false;            // NOT NULL, and there is no default
  bool automatic = false;           // the database fills it by counting
};

struct UniqueFacts {
  std::string name;
  std::vector<std::string> columns;
  bool whole = true;  // false: of prefixes, of expressions, or of some rows only
};

struct TableFacts {
  std::vector<ColumnFacts> columns;
  std::vector<UniqueFacts> uniques;  // the primary key is one of them

  // Names of columns are compared as databases do, without case (ASCII).
  const ColumnFacts* find(const std::string& column) const;
};

// Warnings, each a sentence. Stop: a column is missing; one that must have a value gets none; the
// key of the upsert is no unique key (says the statement that makes it one).
Result<std::vector<std::string>> check_table(Dialect dialect, const TableName& name,
                                             const Table& table, const TableFacts& facts);

// "no table \"clasifieds\" in database shop; did you mean \"Classifieds\"?"
Error no_such_table(const TableName& name, const std::string& database,
                    const std::vector<std::string>& tables);

}  // namespace streamworker::sink
