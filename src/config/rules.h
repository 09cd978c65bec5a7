// What the keys of a file say together; each alone was read already.
#pragma once

#include "config/reading.h"
#include "config/spec.h"

namespace streamworker::config {

// It has a database or file sink, which take batches.
bool takes_batches(const Pipeline& pipeline);
// All its sinks are databases, whose positions can wait.
bool can_be_paused(const Pipeline& pipeline);

// Reports at the places of `root`, the whole file.
void check_rules(const Spot& root, const File& file);

}  // namespace streamworker::config
