// What a table shows of a row: its key, its window, and its columns, computed from the state of the
// aggregates.
//
// Columns are expressions over the key's fields, the window's bounds and the results of the calls
// (columns.h), and `having` says whether the row is shown at all. One thread, that of the engine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/expressions.h"
#include "table/aggregates.h"
#include "table/row.h"

namespace streamworker {

// The bounds of a row's window, ms since the epoch; of a table without windows none.
struct RowWindow {
  int64_t start = 0;
  int64_t end = 0;
};

Value timestamp_of(int64_t ms);

class RowView {
 public:
  struct Shape {
    Schema
        values;  // key, window_start and window_end where there are windows, a field for each call
    size_t key_width = 0;
    std::vector<sql::Column> columns;  // over `values`
    std::string having;                // over the columns and the calls; empty: all are shown
  };
  // Throws sql::ExpressionError.
  RowView(sql::Engine& engine, const Aggregates& calls, const Shape& shape);

  const Schema& schema() const { return columns_.schema(); }
  // Fills schema().size() values; their views are into `arena`, or where those of `key` are. False:
  // `having` hides the row. Skip: an expression failed.
  struct Place {
    const Value* key;
    std::optional<RowWindow> window;
  };
  Result<bool> show(const Place& place, const AggregateRow& state, const Meta& meta, Arena& arena,
                    Value* out);

 private:
  const Aggregates& calls_;
  size_t key_width_;
  std::vector<Value> values_;
  std::vector<Value> judged_;
  sql::Expressions columns_;
  std::optional<sql::Expressions> having_;
};

}  // namespace streamworker
