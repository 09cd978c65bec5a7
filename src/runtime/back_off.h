// How long to wait before the next try at a database.
#pragma once

#include "base/clock.h"
#include "sink/database.h"

namespace streamworker {

// `first` doubling to `last`, less up to a quarter: the part's owner and place, and the failures,
// spread parts and workers, so that they do not come back together. `failures` counts from 1.
Duration back_off(Duration first, Duration last, int failures, const PartId& part);

}  // namespace streamworker
