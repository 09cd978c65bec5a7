// Walks over the rows of a table's partitions in the table's order (windows: by their starts, then
// the keys), each partition as it was when the walk began. What `having` hides is left out.
#pragma once

#include <memory>
#include <string>

#include "query/table_reader.h"

namespace streamworker::query {

// Places (ShownRow::place): from `begin` on, below `end`; an empty `end`: to the last.
struct Range {
  std::string begin;
  std::string end;
};

// One thread. To be kept for one visit.
class RowCursor {
 public:
  virtual ~RowCursor() = default;
  // To the next row; first to the first. False: there is none.
  virtual Result<bool> next() = 0;
  // REQUIRES: next() said true
  virtual const ShownRow& row() const = 0;
};

// `reader` must outlive it.
std::unique_ptr<RowCursor> open_rows(TableReader& reader, Readable from, const Range& range);

}  // namespace streamworker::query
