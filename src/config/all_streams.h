// The topics of the file that have a schema: its streams, and those whose records are the rows of a
// table.
#pragma once

#include <vector>

#include "config/spec.h"

namespace streamworker::config {

// Streams first, each group in the order of the file; a table's goes by the table's name. Live as
// long as `file` does, and its `streams` and `tables`.
std::vector<const Stream*> all_streams(const File& file);

}  // namespace streamworker::config
