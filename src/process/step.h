// What a step of a pipeline is to the step before it.
//
// Steps of one task form a tree that the task's thread walks: `process` handles the whole batch,
// and everything behind it, before it returns. A step copies what it needs longer than the call.
#pragma once

#include <string>

#include "base/result.h"
#include "record/batch.h"

namespace streamworker {

class Step {
 public:
  virtual ~Step() = default;
  // Errors are Retry or Stop: a record that is at fault goes to BadRecords instead.
  virtual Result<void> process(const Batch& batch) = 0;
};

// Where records that cannot be processed end. One for each place of a task where that happens; its
// thread only.
class BadRecords {
 public:
  virtual ~BadRecords() = default;
  // `step` is decode, where, select, explode, key, sink or output (letter.h); `meta.message` is
  // there. Stop: the stream says `fail`. Retry: it cannot be kept now.
  virtual Result<void> take(const Meta& meta, const std::string& step,
                            const std::string& message) = 0;
};

}  // namespace streamworker
