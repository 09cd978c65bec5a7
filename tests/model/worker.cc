#include "model/worker.h"

#include <algorithm>

namespace streamworker::model {

bool at_poll(const Worker& worker) {
  return worker.alive && worker.assigned && worker.step <= Step::Running;
}

uint8_t table_next(const Task& task) { return std::max(task.next, task.table); }

uint8_t group_offset(const Rules& rules, const Task& task) {
  if (!rules.shape.table) return task.part == Part::Active ? task.durable : task.committed;
  if (rules.has(Plant::GroupBack)) return std::max(task.group, task.next);
  return std::max({task.group, task.next, task.output});
}

bool table_is_due(const Rules& rules, const Task& task) {
  return rules.shape.table && task.sent != table_next(task);
}

bool commit_is_due(const Rules& rules, const Task& task) {
  return table_is_due(rules, task) || group_offset(rules, task) != task.committed;
}

void begin_commit(const Rules& rules, Worker& worker, Why why) {
  const Task& task = worker.task;
  worker.why = why;
  worker.step = Step::Send;
  if (!table_is_due(rules, task)) return;
  const uint8_t sent = task.sent == kNone ? 0 : task.sent;
  worker.step = table_next(task) > sent ? Step::Changes : Step::Progress;
}

void after_commit(State& state, const Rules& rules, int w) {
  Worker& worker = state.workers[w];
  const Why why = worker.why;
  worker.why = Why::Usual;
  worker.step = Step::Running;
  if (why == Why::Fence) worker.task.part = Part::Claiming;
  if (why != Why::Revoke) return;
  worker.step = Step::Drain;
  if (!rules.shape.database) give_back(state, w);
}

void drop_task(Worker& worker) {
  worker.task = {};
  worker.why = Why::Usual;
  worker.again = false;
  worker.session.gone = worker.session.step != Sink::Idle;
}

void give_back(State& state, int w) {
  Worker& worker = state.workers[w];
  if (!worker.stale) {
    state.group.owner = kNone;
    state.group.asks_back = false;
  }
  drop_task(worker);
  worker.assigned = false;
  worker.stale = false;
  worker.step = Step::Idle;
}

void fail(State& state, const Rules& rules, int w) {
  Worker& worker = state.workers[w];
  const bool kept = worker.fenced && rules.has(Plant::FencedKept);
  worker.producer = kept;
  worker.fenced = kept;
  if (worker.why == Why::Revoke) {
    give_back(state, w);
    return;
  }
  const Rows row = worker.task.row;
  drop_task(worker);
  worker.step = Step::Producer;
  if (!rules.has(Plant::MemoryKept)) return;
  worker.task.row = row;
  worker.again = true;
}

}  // namespace streamworker::model
