#include "sink/batch_steps.h"

#include <algorithm>

#include "sink/messages.h"

namespace streamworker::sink {
namespace {

bool by_row(const RefusedRow& a, const RefusedRow& b) { return a.row < b.row; }

}  // namespace

void BatchSteps::start(const Table& table, const Batch& rows, KeyOrder order) {
  table_ = &table;
  rows_ = &rows;
  order_ = order;
  refused_.clear();
  if (!table.upsert)
    for (uint32_t row = 0; row < rows.size(); ++row)
      if (rows.meta(row).deleted)
        refuse(row, "a deletion cannot be inserted: table " + table.name + " needs an upsert key");
  folded_without_ = refused_.size();
  fold(table, rows, order, refused_, steps_);
}

void BatchSteps::refuse(uint32_t row, const std::string& why) {
  RefusedRow refused{row, why + ", in row " + name_of_row(*table_, *rows_, row)};
  const auto at = std::lower_bound(refused_.begin(), refused_.end(), refused, by_row);
  refused_.insert(at, std::move(refused));
}

bool BatchSteps::unfolds() {
  if (refused_.size() == folded_without_) return false;
  folded_without_ = refused_.size();
  fold(*table_, *rows_, order_, refused_, next_);
  const auto gone = [&](const Step& step) {
    return std::binary_search(refused_.begin(), refused_.end(), RefusedRow{step.row, {}}, by_row);
  };
  steps_.erase(std::remove_if(steps_.begin(), steps_.end(), gone), steps_.end());
  if (steps_ == next_) return false;
  steps_.swap(next_);
  return true;
}

Result<void> BatchSteps::hand_over(RowRefusals& refusals, const PartId& part) const {
  if (rows_->empty()) return {};
  return refusals.take(part, *rows_, refused_);
}

}  // namespace streamworker::sink
