// A table without windows: one row of aggregates for each key.
#pragma once

#include "table/aggregate_step.h"

namespace streamworker {

class AggregateTable : public AggregateStep {
 public:
  using AggregateStep::AggregateStep;

 protected:
  Result<void> take(const Value* values, const Meta& meta) override;
  // The record in its row. Nothing changes when it is refused.
  Result<void> take_row(Rows::Entry& entry, const Value* values, const Meta& meta);

 private:
  void clear(TableRow& row) const;

  bool half_ = false;  // a record was taken back, and what replaces it comes next
};

}  // namespace streamworker
