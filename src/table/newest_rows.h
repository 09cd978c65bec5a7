// The records of a topic as rows of a table that nobody is told of: what a store writes, and
// nothing is read for. Rows are those of NewestTable (newest_table.h).
//
// One for each partition of the topic; one thread.
#pragma once

#include <string>
#include <vector>

#include "base/metrics.h"
#include "process/step.h"
#include "record/key.h"
#include "store/partition.h"
#include "table/row.h"

namespace streamworker {

class NewestRows final : public Step {
 public:
  // `calls`: last() of each field behind the key's, in what comes in.
  NewestRows(std::vector<Aggregate> calls, const Schema& key, BadRecords& bad, Counter null_keys);

  Result<void> process(const Batch& batch) override;
  // Of the records since `clear`, in their order; a key may stand there more than once.
  const std::vector<store::RowChange>& changes() const { return changes_; }
  void clear();

 private:
  Result<void> take(const Value* values, const Meta& meta);

  Aggregates calls_;
  TableRowForm form_;
  size_t key_width_;
  KeyText key_text_;
  BadRecords& bad_;
  Counter null_keys_;
  TableRow row_;
  std::string key_;
  std::string bytes_;
  Arena arena_;  // what the changes point to
  std::vector<store::RowChange> changes_;
};

}  // namespace streamworker
