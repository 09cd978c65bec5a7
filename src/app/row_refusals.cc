#include "app/row_refusals.h"

#include "base/log.h"

namespace streamworker {

SkipOrFailRows::SkipOrFailRows(std::string sink, config::OnError policy, Counter skipped)
    : sink_(std::move(sink)), policy_(policy), skipped_(skipped) {}

Result<void> SkipOrFailRows::take(const PartId& part, const Batch& rows,
                                  const std::vector<RefusedRow>& refused) {
  for (const RefusedRow& one : refused) {
    const std::string what =
        fmt::format("row of {}[{}]@{} refused by {}: {}", part.topic, part.partition,
                    rows.meta(one.row).offset, sink_, one.message);
    if (policy_ == config::OnError::Fail)
      return stop(what + "; to go on past such rows set on_error: skip on their stream");
    log::warn("sink", "skipped {}", what);
  }
  skipped_.add(static_cast<double>(refused.size()));
  return {};
}

}  // namespace streamworker
