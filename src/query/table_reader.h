// Shows the rows of one table that a store holds: key, window, columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/tables.h"
#include "record/arena.h"
#include "sql/expressions.h"
#include "table/row_view.h"

namespace streamworker::query {

// A row as it is shown, and the memory that its values point to. To be filled again and again.
class ShownRow {
 public:
  // Where it lies in the table's order, as bytes: the key as it stands on the wire, behind the
  // window's start (8 bytes, table/window_key.h) where there are windows.
  const std::string& place() const { return place_; }
  std::string_view key_text() const;
  const std::optional<RowWindow>& window() const { return window_; }
  // One for each field of TableInfo::shown.
  const Value* values() const { return values_.data(); }

 private:
  friend class TableReader;
  std::string place_;
  std::optional<RowWindow> window_;
  TableRow row_;
  Arena arena_;
  std::vector<Value> values_;
};

// One thread at a time, that of the engine.
class TableReader {
 public:
  // Both must outlive it.
  TableReader(const TableInfo& table, sql::Engine& engine);

  const TableInfo& table() const { return table_; }
  // A row as the store holds it.
  Result<TableRow> read(std::string_view bytes) const { return form_.read(bytes); }
  // Adds another pane of the same key.
  Result<void> merge(TableRow& into, std::string_view bytes) const;
  // False: `having` hides it. Skip: a column's expression failed. `place`: ShownRow::place.
  Result<bool> show(std::string_view place, TableRow row, ShownRow& out);
  // Reads the row of a key. False: there is none, or it is hidden. REQUIRES: no windows
  // (window_rows.h).
  Result<bool> get(const Readable& from, std::string_view key, ShownRow& out);

 private:
  // The place's window. None: the place is damaged.
  std::optional<RowWindow> window_of(std::string_view place, const TableRow& row) const;

  const TableInfo& table_;
  Aggregates calls_;
  TableRowForm form_;
  RowView view_;
};

}  // namespace streamworker::query
