// A walk over the rows of one partition in the table's order, each as its readers see it: a window
// that is kept in panes is put together.
#pragma once

#include <memory>
#include <string_view>

#include "query/table_reader.h"
#include "rocks/iterator.h"

namespace streamworker::query {

// One thread. It stands at the first row when it is made.
class PartitionRows {
 public:
  virtual ~PartitionRows() = default;
  // False: behind the last row, or an error (ask `status`).
  virtual bool valid() const = 0;
  virtual Result<void> status() const = 0;
  // REQUIRES of these: valid(). ShownRow::place, until `next`.
  virtual std::string_view place() const = 0;
  virtual Result<TableRow> row() const = 0;
  virtual void next() = 0;
};

// Of a table whose rows are as they lie there.
class PlainRows final : public PartitionRows {
 public:
  // `reader` must outlive it.
  PlainRows(const TableReader& reader, rocks::Iterator rows)
      : reader_(reader), rows_(std::move(rows)) {}

  bool valid() const override { return rows_.valid(); }
  Result<void> status() const override { return rows_.status(); }
  std::string_view place() const override { return store::Partition::key_of_row(rows_); }
  Result<TableRow> row() const override { return reader_.read(rows_.value()); }
  void next() override { rows_.next(); }

 private:
  const TableReader& reader_;
  rocks::Iterator rows_;
};

}  // namespace streamworker::query
