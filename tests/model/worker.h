// What the actions of a worker have in common (src/runtime/stream_thread*.cc).
#pragma once

#include "model/rules.h"
#include "model/state.h"

namespace streamworker::model {

// It serves the group, and takes answers of its sink thread.
bool at_poll(const Worker& worker);
// The table's position: what it skips it has.
uint8_t table_next(const Task& task);
// What the group should have stored (Task::group_offset).
uint8_t group_offset(const Rules& rules, const Task& task);
bool table_is_due(const Rules& rules, const Task& task);
bool commit_is_due(const Rules& rules, const Task& task);
void begin_commit(const Rules& rules, Worker& worker, Why why);
// The commit is done; what was to follow it follows.
void after_commit(State& state, const Rules& rules, int w);
// Everything in memory goes; a statement under way in the database completes.
void drop_task(Worker& worker);
// The partition goes back to the group, if it is still ours.
void give_back(State& state, int w);
// The producer is destroyed, the task starts again; when it was to be given back, it is.
void fail(State& state, const Rules& rules, int w);

}  // namespace streamworker::model
