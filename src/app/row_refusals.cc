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
  if (letters_ != nullptr && written_ == start)
    if (auto voided = letters_->mark({{}, place_.at, place_.pipeline, place_.sink, start, kStep});
        !voided)
      return voided;
  if (!refused.empty()) written_ = start;
  for (const RefusedRow& one : refused)
    if (auto taken = bad_.take(rows.meta(one.row), kStep, one.message); !taken) return taken;
  return letters_ == nullptr ? Result<void>() : letters_->flush();
}

}  // namespace streamworker
