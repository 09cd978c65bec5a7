// What a stream does with its bad records, as its `on_error` says.
#pragma once

#include "base/metrics.h"
#include "config/spec.h"
#include "process/step.h"

namespace streamworker {

// `skip`: counts it, and says so in the log, with its place. `fail`: an error that stops the worker
// and names the record.
class SkipOrFail final : public BadRecords {
 public:
  SkipOrFail(std::string topic, config::OnError policy, Counter skipped);
  Result<void> take(const Meta& meta, const std::string& step, const std::string& message) override;

 private:
  std::string topic_;
  config::OnError policy_;
  Counter skipped_;
};

}  // namespace streamworker
