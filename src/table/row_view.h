// What a table shows of a row: its key, its window, and its columns, computed from the state of the
// aggregates.
//
// Columns are expressions over the key's fields, the window's bounds and the results of the calls
// (columns.h), and `having` says whether the row is shown at all. One thread, that of the engine.
#pragma once

#include <optional>
#include <string>
#include <utility>
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
// The value with its text in the arena.
Value kept(const Value& value, Arena& arena);

struct RowPlace {
  const Value* key;
  std::optional<RowWindow> window;
};

// What the columns of a row are computed from: the values of its key, the bounds of its window
// where there are windows, the result of each call.
class RowValues {
 public:
  // `filled`: the calls whose results are needed; the others' are null.
  RowValues(const Aggregates& calls, size_t key_width, size_t size, std::vector<size_t> filled)
      : calls_(calls), key_width_(key_width), filled_(std::move(filled)), values_(size) {}

  // Their views are into `arena`, or where those of the key are.
  void fill(const RowPlace& place, const AggregateRow& state, Arena& arena);
  const Value* data() const { return values_.data(); }
  const Value* results() const { return values_.data() + values_.size() - calls_.size(); }

 private:
  const Aggregates& calls_;
  size_t key_width_;
  std::vector<size_t> filled_;
  std::vector<Value> values_;
};

class RowView {
 public:
  struct Shape {
    Schema values;  // of RowValues
    size_t key_width = 0;
    std::vector<sql::Column> columns;  // over `values`
    std::string having;                // over the columns and the calls; empty: all are shown
  };
  // Throws sql::ExpressionError.
  RowView(sql::Engine& engine, const Aggregates& calls, const Shape& shape);

  const Schema& schema() const { return columns_.schema(); }
  // Fills schema().size() values; their views are into `arena`, or where those of `key` are. False:
  // `having` hides the row. Skip: an expression failed.
  Result<bool> show(const RowPlace& place, const AggregateRow& state, const Meta& meta,
                    Arena& arena, Value* out);

 private:
  const Aggregates& calls_;
  RowValues values_;
  std::vector<Value> judged_;
  sql::Expressions columns_;
  std::optional<sql::Expressions> having_;
};

}  // namespace streamworker
