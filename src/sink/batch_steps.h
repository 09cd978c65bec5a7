// What of one batch goes to the database while it is being written: the folded rows, and those that
// the database refuses. The order of things is that of a writer:
//
//   steps.start(…)                      rows that no table takes are refused at once
//   do {
//     try steps.steps() in their order; steps.refuse(row, why) for each one that is at fault,
//     whose statement the database has undone
//   } while (steps.unfolds());          true: roll everything back first
//   steps.hand_over(…)                  then COMMIT
//
// A refused row takes nothing with it: rows of its key that were folded away are steps of the next
// round. Each round refuses a row more, so there is an end.
#pragma once

#include <string>
#include <vector>

#include "sink/fold.h"

namespace streamworker::sink {

class BatchSteps {
 public:
  void start(const Table& table, const Batch& rows, KeyOrder order);
  const std::vector<Step>& steps() const { return steps_; }
  // The row is at fault, as `why` says; its name is added.
  void refuse(uint32_t row, const std::string& why);
  // Rows that were folded away by refused ones have to be tried: `steps` has changed.
  bool unfolds();
  const std::vector<RefusedRow>& refused() const { return refused_; }
  // Gives the refused rows away. An error is that of RowRefusals.
  Result<void> hand_over(RowRefusals& refusals, const PartId& part) const;

 private:
  const Table* table_ = nullptr;  // of the batch that is being written
  const Batch* rows_ = nullptr;
  KeyOrder order_ = KeyOrder::Unknown;
  std::vector<Step> steps_;
  std::vector<Step> next_;
  std::vector<RefusedRow> refused_;  // ascending
  size_t folded_without_ = 0;        // refused rows that `steps_` was made without
};

}  // namespace streamworker::sink
