#include "app/row_refusals.h"

namespace streamworker {

namespace {

constexpr const char* kStep = "sink";

}  // namespace

PartRefusals::PartRefusals(BadPlace place, config::OnError policy, DeadLetters* letters,
                           Metrics& metrics)
    : place_(place), letters_(letters), bad_(std::move(place), policy, letters, nullptr, metrics) {}

Result<void> PartRefusals::take(const PartId& /*part*/, const Batch& rows,
                                const std::vector<RefusedRow>& refused) {
  const Offset start = rows.meta(0).offset;
  const bool again = batch_ == start;
  if (letters_ != nullptr && again)
    if (auto voided = letters_->mark({{}, place_.at, place_.pipeline, place_.sink, start, kStep});
        !voided)
      return voided;
  if (!again) refused_.clear();
  if (!refused.empty()) batch_ = start;
  for (const RefusedRow& one : refused) {
    const bool first = refused_.insert(one.row).second;
    const Meta& meta = rows.meta(one.row);
    auto taken =
        first ? bad_.take(meta, kStep, one.message) : bad_.take_again(meta, kStep, one.message);
    if (!taken) return taken;
  }
  return letters_ == nullptr ? Result<void>() : letters_->flush();
}

}  // namespace streamworker
