// The folds of a table: columns whose next value is an expression over the record and the row as it
// was before the record, `{init: 0, next: total * 0.9 + amount}` (DESIGN 1.3).
//
// All folds of a table see the same row, that before the record, so their order does not matter.
// What they name of it are its columns: of other folds what they were, of calls what is shown of
// their results. In the row each fold is one of the calls, the last ones, whose argument is what
// comes out here (fold_of in aggregate_call.h).
//
// One SQL statement for all of them; a second one where they name columns that are computed from
// calls. One thread, that of the engine.
#pragma once

#include <vector>

#include "sql/expressions.h"
#include "table/row_view.h"

namespace streamworker {

struct FoldShape {
  Schema record;                   // the record's fields that folds name
  std::vector<sql::Column> seen;   // the columns of the row that they name, over RowValues
  std::vector<sql::Column> nexts;  // over the key, the window, `record` and `seen`
  bool empty() const { return nexts.empty(); }
};

// What `nexts` name, by `values`, the schema of RowValues, whose last fields are the `calls` calls.
Schema named_by_folds(const FoldShape& shape, const Schema& values, size_t calls,
                      const Schema& seen);

class Folds {
 public:
  // Throws sql::ExpressionError. `calls` must outlive it.
  Folds(sql::Engine& engine, const Aggregates& calls, const FoldShape& shape, const Schema& values,
        size_t key_width);

  size_t size() const { return nexts_.schema().size(); }
  struct Record {
    const Value* values;  // the fields of FoldShape::record
    const Meta& meta;
  };
  // Fills size() values, with views into `arena`, or where those of the key and the record are.
  // Skip: an expression failed, or what came of it does
  // not fit the fold's type.
  Result<void> run(const RowPlace& place, const AggregateRow& state, const Record& record,
                   Arena& arena, Value* out);

 private:
  size_t record_width_;
  size_t place_width_;  // the key and the window
  RowValues values_;
  std::vector<Value> named_;
  sql::Expressions seen_;
  sql::Expressions nexts_;
};

}  // namespace streamworker
