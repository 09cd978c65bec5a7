// A step that hands rows on to others, and the one that does nothing else: the entry of a pipeline,
// which counts what the pipeline takes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "process/step.h"

namespace streamworker {

class Relay : public Step {
 public:
  // `next` must live as long as this step.
  void then(Step& next) { next_.push_back(&next); }

 protected:
  Result<void> hand_on(const Batch& batch) {
    if (batch.empty()) return {};
    for (Step* step : next_)
      if (auto done = step->process(batch); !done) return done;
    return {};
  }

 private:
  std::vector<Step*> next_;
};

class PipelineEntry final : public Relay {
 public:
  explicit PipelineEntry(std::string pipeline) : pipeline_(std::move(pipeline)) {}
  const std::string& pipeline() const { return pipeline_; }
  int64_t taken() const { return taken_; }
  Result<void> process(const Batch& batch) override {
    taken_ += static_cast<int64_t>(batch.size());
    return hand_on(batch);
  }

 private:
  std::string pipeline_;
  int64_t taken_ = 0;
};

}  // namespace streamworker
