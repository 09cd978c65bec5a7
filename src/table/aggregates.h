// The aggregate calls of one table, compiled, and what they do to the state of one row.
//
//   Aggregates calls(compiled);            // one per task; aggregate_call.h has the functions
//   AggregateRow row = calls.make_row();
//   calls.add(row, args);                  // one record
//   calls.result(row, 0, arena);           // of the first call
//
// Arguments of a record lie behind one another in the order of the calls, for each: the FILTER's
// value when it has one (the record counts when it is a number but 0; SQL's `(…) IS TRUE` makes one
// of anything), then the arguments that are no constants (Aggregate::values: none of count(*), two
// of min_by). Their kinds are those of the arguments' types; type any takes what comes.
//
// A row takes a record as a whole or not at all. What it refuses is an Error of Remedy Skip, with
// the call's text and the reason, and no call of the row has changed:
//   - a sum of ints beyond 64 bits, of decimals beyond 38 digits (or the precision of `as`), of
//     doubles beyond a double: exact sums never wrap and never lose digits;
//   - NaN and infinities; a value of type any that is no number where one is needed; an argument
//     that does not fit `as`;
//   - a collect_ with more than 10 000 values, or it or a topk with more than 256 KiB of text
//     (collections.h): a list that is not whole would be a wrong one. (ksqlDB drops what is beyond
//     its limit in silence.)
//   - taking back what was never added, as far as that can be told.
//
// State as bytes: a version (1), then each call's in turn; the same state has the same bytes, and
// what is read back behaves alike. Bounded: up to 20 bytes a number, by the value of min, first …,
// 8 KiB of t-digest, 12 KiB of HyperLogLog, 400 KiB of a collection. They do not say which calls
// they belong to: the table's fingerprint does (DESIGN 1.3).
//
// Cost: 32 bytes a call and row (64: stddev, variance, min_by, max_by, sum and avg of type any)
// in one array, and what a function needs beside (bytes). Without texts, lists and sketches
// nothing is allocated for a record, and there is no virtual call. One thread, that of the task.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/arena.h"
#include "record/field_text.h"
#include "table/accumulator.h"
#include "table/aggregate_call.h"
#include "table/slot.h"

namespace streamworker {

// The states of all calls in one row. Moves are cheap. Belongs to the Aggregates that made it.
class AggregateRow {
 public:
  AggregateRow() = default;  // of no table; to be assigned to

 private:
  friend class Aggregates;
  explicit AggregateRow(size_t slots) : slots_(std::make_unique<Slot[]>(slots)) {}
  std::unique_ptr<Slot[]> slots_;
};

class Aggregates {
 public:
  explicit Aggregates(std::vector<Aggregate> calls);

  size_t size() const { return calls_.size(); }
  const Aggregate& operator[](size_t i) const { return calls_[i]; }
  // How many values `args` holds.
  size_t width() const { return width_; }

  AggregateRow make_row() const;
  // As a row of `make_row`; memory that it has is kept. Of any row, also of no table.
  void clear(AggregateRow& row) const;
  Result<void> add(AggregateRow& row, const Value* args);
  // Undoes an `add` of the same arguments. REQUIRES: takes_back() of all calls.
  Result<void> take_back(AggregateRow& row, const Value* args);
  // What `add`, or with `back` take_back, would say; changes nothing.
  Result<void> may_add(const AggregateRow& row, const Value* args, bool back);
  // `from` counts as later. What must hold of calls for panes: Aggregate::merges.
  Result<void> merge(AggregateRow& into, const AggregateRow& from) const;

  // Texts are views into the row, until it changes; json into the arena. Changes nothing.
  Value result(const AggregateRow& row, size_t i, Arena& arena) const;

  void append(const AggregateRow& row, std::string& out) const;
  // Of all of `bytes`. Stop: they are no state of these calls; whether damaged or of a newer
  // version, the message says.
  Result<AggregateRow> read(std::string_view bytes) const;
  // Memory that a row holds.
  size_t bytes(const AggregateRow& row) const;

 private:
  Result<void> refuse(size_t i, Refusal refusal) const;
  template <class Judge>
  Result<void> judge(const AggregateRow& row, const Value* args, Judge may);

  struct Place {
    size_t slot = 0;
    size_t argument = 0;
  };
  std::vector<Aggregate> calls_;
  std::vector<Place> places_;       // of each call
  std::vector<Prepared> prepared_;  // of each call: the record at hand
  std::vector<size_t> folds_;       // which calls are some
  size_t slots_ = 0;
  size_t width_ = 0;
  FieldText json_;
};

}  // namespace streamworker
