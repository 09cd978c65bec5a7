// A table without windows: one row of aggregates for each key.
#pragma once

#include "table/aggregate_step.h"

namespace streamworker {

class AggregateTable final : public AggregateStep {
 public:
  using AggregateStep::AggregateStep;

 protected:
  Result<void> take(const Value* values, const Meta& meta) override;
};

}  // namespace streamworker
