// Faults: each takes one of those that are left.
#include "model/actions.h"
#include "model/worker.h"

namespace streamworker::model {

namespace {

// What the connection had under way: the server undoes it, or has the COMMIT already.
void cut_connection(State& state, int w) {
  Session& session = state.workers[w].session;
  Database& database = state.database;
  if (session.step == Sink::Moved) database.lock = kNone;
  if (session.step != Sink::Commit) return;
  database.lock = kOrphan;
  database.first = session.first;
  database.end = session.end;
}

void add_crash(Nexts& nexts, int w) {
  State& then = nexts.add(Act::Crash, w);
  Worker& self = then.workers[w];
  cut_connection(then, w);
  if (then.group.owner == w) then.group.asks_back = false;
  Worker dead;
  dead.alive = false;
  dead.superseded = self.superseded;
  dead.transaction = self.transaction;
  dead.transaction.answered = false;
  dead.folder = self.folder;
  self = dead;
}

void add_cuts(Nexts& nexts, int w) {
  const Session& session = nexts.from().workers[w].session;
  const bool moved = session.step == Sink::Moved;
  if (!moved && session.step != Sink::Commit && session.step != Sink::Done) return;
  State& then = nexts.add(moved ? Act::StatementCut : Act::CommitCut, w);
  cut_connection(then, w);
  Session& self = then.workers[w].session;
  self.step = moved ? Sink::Batch : Sink::BatchAgain;
  if (self.gone) self = {};
}

// A batch is not taken for so long that the task goes on without the database (DESIGN 4.8): what is
// under way completes, what was to follow it is dropped.
void add_leave_behind(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  const bool waits = worker.session.step >= Sink::Batch && !worker.session.gone;
  if (!nexts.rules().shape.table || worker.step != Step::Running || !waits) return;
  if (worker.task.part != Part::Active) return;
  nexts.add(Act::LeaveBehind, w).workers[w].task.part = Part::Behind;
}

}  // namespace

void add_faults(Nexts& nexts, int w) {
  const State& from = nexts.from();
  const Worker& worker = from.workers[w];
  if (from.faults == 0 || !worker.alive) return;
  add_crash(nexts, w);
  add_cuts(nexts, w);
  add_leave_behind(nexts, w);
  if (from.group.owner != w || !worker.assigned) return;
  State& then = nexts.add(Act::Kick, w);
  then.workers[w].stale = true;
  then.group.owner = kNone;
  then.group.asks_back = false;
  if (!from.group.asks_back) nexts.add(Act::Rebalance, w).group.asks_back = true;
}

}  // namespace streamworker::model
