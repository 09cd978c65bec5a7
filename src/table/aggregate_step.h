// What all tables of aggregates share: their rows in memory, how they are shown to what reads the
// table, and how they go to the changelog.
//
// A row's key in the store (its place) is the key's text, behind the window where there is one
// (window_key.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "record/key.h"
#include "store/row_cache.h"
#include "table/folds.h"
#include "table/row_view.h"
#include "table/table_step.h"

namespace streamworker {

// What the aggregates of a table are given and show; each task has its own.
struct AggregateParts {
  std::unique_ptr<Aggregates> calls;
  Schema key;  // the first fields of what comes in; the arguments of the calls follow
  std::unique_ptr<KeyText> key_text;
  std::unique_ptr<RowView> view;
  std::unique_ptr<Folds> folds;  // null: there are none; else behind the arguments come the fields
                                 // that they name
  bool read = false;             // something reads the table's changes
  bool tell_old = false;         // and wants the row as it was, too
  bool counted = false;          // the last call is count(*), and a row that counts nothing is gone
  bool newest = false;           // a row is its key's last record, and gone when that has no value
};

class AggregateStep : public TableStep {
 public:
  struct Meters {
    Counter null_keys;
    Counter not_shown;  // rows of which an expression failed
    Counter late;
  };
  AggregateStep(std::unique_ptr<store::TableState> state, AggregateParts parts,
                store::RowBudget& budget, BadRecords& bad, Meters meters);

  Result<void> process(const Batch& batch) final;
  Result<void> load() override {
    rows_.read_from(state().partition().get());
    return {};
  }
  bool wants_commit() const override { return budget_.over(); }

 protected:
  using Rows = store::RowCache<TableRow, TableRowForm>;
  // What a reader is told of.
  struct Shown {
    const Value* key;
    std::string_view text;  // the key on the wire
    std::optional<RowWindow> window;
  };

  // One record, whose key is in key(). An error of Remedy Skip is the record's. With `goes_on()` it
  // takes back what the next one, of the same key, adds anew: one change for readers.
  virtual Result<void> take(const Value* values, const Meta& meta) = 0;
  const std::string& key() const { return key_; }
  bool goes_on() const { return goes_on_; }
  // Adds the record to the row, or takes it back. `window`: the row's, for folds to see.
  using Window = std::optional<RowWindow>;
  Result<void> add(TableRow& row, const Value* values, const Meta& meta, const Window& window = {});
  // What `add` would say.
  Result<void> may_add(const TableRow& row, const Value* values, const Meta& meta,
                       const Window& window = {});
  bool counts_nothing(const TableRow& row);

  // Does `having` let it through?
  bool shows(const Shown& what, const Meta& meta, const TableRow& row);
  // The row as it was before a change: true when it was told.
  bool tell_old(const Shown& what, const Meta& meta, const TableRow& row);
  // The row as it is; with `exists` false that it is gone. Keeps `row.shown`.
  void tell(const Shown& what, const Meta& meta, TableRow& row, bool exists);
  Result<void> hand_on_told() { return hand_on(out_); }
  Batch& told() { return out_; }

  bool has_changes() const override { return !rows_.changed().empty(); }
  void collect(std::vector<store::RowChange>& rows) override;
  void saved() override;

  AggregateParts parts_;
  TableRowForm form_;
  store::RowBudget& budget_;
  Rows rows_;
  BadRecords& bad_;
  Meters meters_;

 private:
  Result<void> take_keyed(const Batch& batch, size_t i);
  bool is_replaced_by_next(const Batch& batch, size_t i);
  // What the calls are given of a record, with what the folds become.
  Result<const Value*> arguments(const TableRow& row, const Value* values, const Meta& meta,
                                 const Window& window);

  std::string key_;
  std::string next_key_;
  bool goes_on_ = false;
  Batch out_;
  std::vector<Value> arguments_;  // where there are folds
  std::string bytes_;             // of the rows that are being committed
};

}  // namespace streamworker
