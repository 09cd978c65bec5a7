// A table whose rows are the records of a topic: of each key the last one, in the order of the
// offsets. A record without value deletes the row.
//
// Its calls are last() of each field; a row begins anew with each record, so that a null is a null
// and not the value before it. Each record is told of, also one that changes nothing (as Kafka
// Streams forwards it); that a row is gone only when there was one.
#pragma once

#include "table/aggregate_step.h"

namespace streamworker {

class NewestTable final : public AggregateStep {
 public:
  using AggregateStep::AggregateStep;

 protected:
  Result<void> take(const Value* values, const Meta& meta) override;

 private:
  Result<void> replace(TableRow& row, const Value* values);

  AggregateRow fresh_;  // memory for the next row
};

}  // namespace streamworker
