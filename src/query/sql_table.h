// A table as SQLite sees it: the key's fields, the window's bounds, the columns.
#pragma once

#include <optional>

#include "query/table_reader.h"
#include "sql/virtual_table.h"

namespace streamworker::query {

// One thread at a time. A statement sees one moment of the table, however often it walks over it.
class SqlTable final : public sql::VirtualTable {
 public:
  // Both must outlive it.
  SqlTable(const Tables& tables, TableReader& reader) : tables_(tables), reader_(reader) {}

  const std::string& name() const override { return reader_.table().name; }
  const Schema& schema() const override { return reader_.table().shown; }
  size_t keys() const override { return reader_.table().first_column(); }
  double share(const std::vector<sql::Condition>& conditions) const override;
  Result<std::unique_ptr<sql::VirtualCursor>> open(
      const std::vector<sql::Condition>& conditions) override;

  // The statement is over: the next one sees the table as it is then.
  void release();
  // Why the statement could not read it: Retry, it is not there to be read now. None: it could.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  const Tables& tables_;
  TableReader& reader_;
  std::optional<Readable> rows_;
  std::optional<Error> failure_;
};

}  // namespace streamworker::query
