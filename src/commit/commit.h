// The one function that makes work done (DESIGN 4.4), for all tasks of one thread.
#pragma once

#include <vector>

#include "log/log.h"

namespace streamworker {

// What was produced since the last call becomes visible, together with the group's offsets of *all*
// tasks of the thread, changed or not: they are what fences a thread that is no longer a member.
// After an error the producer is of no more use; whether the transaction went through is settled by
// the next producer of that id, and every task starts again from what is committed.
Result<void> commit(Producer& producer, Consumer& consumer, const std::vector<Committed>& offsets);

}  // namespace streamworker
