// Records, and giving the partition back: DESIGN 4.3, 4.7, src/runtime/task.cc and
// stream_thread_group.cc.
#include "model/actions.h"
#include "model/worker.h"

namespace streamworker::model {

namespace {

// A record goes to everything that has not taken it; what was produced is in the open transaction.
void add_record(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  const Worker& worker = nexts.from().workers[w];
  if (worker.task.next == rules.records) return;
  const Phase phase = worker.transaction.phase;
  if (rules.shape.table && phase != Phase::Empty && phase != Phase::Open) return;
  State& then = nexts.add(Act::TakeRecord, w);
  Worker& self = then.workers[w];
  Task& task = self.task;
  const uint8_t record = task.next++;
  if (!rules.shape.table) return;
  if (record >= task.output || rules.has(Plant::Skip)) {
    append(then, &State::output, {static_cast<uint8_t>(w), Kind::Output, record});
    self.transaction.phase = Phase::Open;
  }
  if (record >= task.table) task.row = with_record(task.row, record);
}

void see_revoke(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  State& then = nexts.add(Act::SeeRevoke, w);
  Worker& self = then.workers[w];
  if (self.step != Step::Running) {
    give_back(then, w);
    return;
  }
  self.why = Why::Revoke;
  if (commit_is_due(rules, self.task))
    begin_commit(rules, self, Why::Revoke);
  else
    after_commit(then, rules, w);
}

// Nothing is committed; a producer with an open transaction is destroyed.
void see_lost(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  State& then = nexts.add(Act::SeeLost, w);
  Worker& self = then.workers[w];
  if (rules.has(Plant::Revoke) && self.step == Step::Running) {
    self.assigned = self.stale = false;
    self.again = true;
    return;
  }
  give_back(then, w);
  const bool open = self.transaction.phase == Phase::Open || self.fenced;
  if (open && !rules.has(Plant::OpenTransaction)) self.producer = self.fenced = false;
}

void add_drain(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  const Task& task = worker.task;
  const bool idle = worker.session.step == Sink::Idle || worker.session.gone;
  const bool settled = task.part != Part::Active || (idle && task.next <= task.durable);
  if (!settled) {
    give_back(nexts.add(Act::DrainOver, w), w);
    return;
  }
  State& then = nexts.add(Act::Drained, w);
  Worker& self = then.workers[w];
  // A task without outputs has told the group nothing of what was written since.
  if (commit_is_due(nexts.rules(), task))
    begin_commit(nexts.rules(), self, Why::Revoke);
  else
    give_back(then, w);
}

}  // namespace

void add_running(Nexts& nexts, int w) {
  const State& from = nexts.from();
  const Worker& worker = from.workers[w];
  if (!worker.alive || !worker.assigned) return;
  if (worker.step == Step::Drain) add_drain(nexts, w);
  if (at_poll(worker) && worker.stale) see_lost(nexts, w);
  if (at_poll(worker) && !worker.stale && from.group.asks_back) see_revoke(nexts, w);
  if (worker.step != Step::Running) return;
  if (worker.fenced)
    fail(nexts.add(Act::EpochRefused, w), nexts.rules(), w);
  else
    add_record(nexts, w);
}

}  // namespace streamworker::model
