// Tells those who listen to a table of rows that were committed.
#pragma once

#include <vector>

#include "store/partition.h"
#include "tap/tap_point.h"

namespace streamworker::store {

// `tap` null: nobody can listen. Costs one read while nobody does.
void tell_rows(TapPoint* tap, int32_t partition, const std::vector<RowChange>& rows);

}  // namespace streamworker::store
