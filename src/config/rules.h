// What the keys of a file say together; each alone was read already.
#pragma once

#include "config/reading.h"
#include "config/spec.h"

namespace streamworker::config {

// Reports at the places of `root`, the whole file.
void check_rules(const Spot& root, const File& file);

}  // namespace streamworker::config
