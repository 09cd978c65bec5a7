// What a stream does with rows that a database refuses, as its `on_error` says.
#pragma once

#include "base/metrics.h"
#include "config/spec.h"
#include "sink/database.h"

namespace streamworker {

// `skip`: counts them, and says so in the log, with their place. `fail`: an error that stops the
// worker and names the first.
class SkipOrFailRows final : public RowRefusals {
 public:
  // `sink` is <pipeline>/<database table>, for people.
  SkipOrFailRows(std::string sink, config::OnError policy, Counter skipped);
  Result<void> take(const PartId& part, const Batch& rows,
                    const std::vector<RefusedRow>& refused) override;

 private:
  std::string sink_;
  config::OnError policy_;
  Counter skipped_;
};

}  // namespace streamworker
