// A database and the sink thread that writes to it: DESIGN 5.3, src/runtime/database_output.cc,
// sink_thread.cc, src/sink/mysql_database.cc. A transaction locks the position's row.
#include <algorithm>

#include "model/actions.h"
#include "model/worker.h"

namespace streamworker::model {

namespace {

void write_batch(Database& database, uint8_t first, uint8_t end) {
  for (uint8_t record = first; record < end; ++record)
    database.rows = with_record(database.rows, record);
}

void add_claim(Nexts& nexts, int w) {
  const State& from = nexts.from();
  const Worker& worker = from.workers[w];
  // Behind what is in flight.
  if (worker.task.part == Part::Claiming && worker.session.step == Sink::Idle)
    nexts.add(Act::SendClaim, w).workers[w].session.step = Sink::Claim;
  if (worker.session.step != Sink::Claim || from.database.lock != kNone) return;
  State& then = nexts.add(Act::ClaimApplied, w);
  then.database.claimed_by = static_cast<uint8_t>(w);
  then.workers[w].session.step = Sink::Claimed;
  then.workers[w].session.end = then.database.next;
}

// A task that runs reads again from the database's position; the others skip.
void rewind(const Rules& rules, Worker& self) {
  Task& task = self.task;
  if (self.step != Step::Running) return;
  if (rules.has(Plant::Rewind)) {
    task.given = std::max(task.given, task.next);
    return;
  }
  task.output = std::max(task.output, task.next);
  task.table = std::max(task.table, task.next);
  task.next = std::min(task.next, task.durable);
}

void take_claim(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  Worker& self = nexts.add(Act::TakeClaim, w).workers[w];
  Task& task = self.task;
  task.part = Part::Active;
  task.durable = task.given = self.session.end;
  if (rules.has(Plant::SinkPosition)) task.durable = task.given = task.group;
  self.session = {};
  rewind(rules, self);
}

void add_batch(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  const Task& task = worker.task;
  if (worker.step != Step::Running && worker.step != Step::Drain) return;
  if (task.part != Part::Active || worker.session.step != Sink::Idle) return;
  if (task.next <= task.durable) return;
  Worker& self = nexts.add(Act::SendBatch, w).workers[w];
  self.session = {Sink::Batch, task.given, task.durable, task.next, false};
}

// UPDATE … WHERE epoch = :mine AND next_offset = :start, then the rows.
void add_move(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  const Session& session = nexts.from().workers[w].session;
  const Database& database = nexts.from().database;
  if (database.lock != kNone) return;
  const bool again = session.step == Sink::BatchAgain;
  const bool mine = database.claimed_by == w || rules.has(Plant::Epoch);
  const bool blind = again && rules.has(Plant::AmbiguousCommit);
  if (mine && (blind || database.next == session.start)) {
    State& then = nexts.add(Act::MovePosition, w);
    then.database.lock = static_cast<uint8_t>(w);
    then.workers[w].session.step = Sink::Moved;
    if (rules.has(Plant::PositionApart)) write_batch(then.database, session.first, session.end);
  } else if (mine && database.next == session.end) {
    nexts.add(Act::MovedBefore, w).workers[w].session.step = Sink::Done;
  } else {
    nexts.add(Act::PositionMissed, w).workers[w].session.step = Sink::Missed;
  }
}

void apply(State& state, const Rules& rules, uint8_t first, uint8_t end) {
  if (!rules.has(Plant::PositionApart)) write_batch(state.database, first, end);
  state.database.next = end;
  state.database.lock = kNone;
  state.database.first = state.database.end = 0;
}

void add_commit_applied(Nexts& nexts, int w) {
  State& then = nexts.add(Act::CommitApplied, w);
  Session& session = then.workers[w].session;
  apply(then, nexts.rules(), session.first, session.end);
  if (then.database.claimed_by != w) then.broken = Broken::ZombieDatabase;
  session.step = Sink::Done;
}

void add_orphan(Nexts& nexts) {
  const Database& database = nexts.from().database;
  if (database.lock != kOrphan) return;
  apply(nexts.add(Act::OrphanApplied, 0), nexts.rules(), database.first, database.end);
  State& then = nexts.add(Act::OrphanUndone, 0);
  then.database.lock = kNone;
  then.database.first = then.database.end = 0;
}

// The stream thread takes the sink thread's answers when it polls or drains.
void add_answers(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  if (worker.session.gone || !worker.assigned) return;
  if (!at_poll(worker) && worker.step != Step::Drain) return;
  if (worker.session.step == Sink::Claimed) take_claim(nexts, w);
  if (worker.session.step == Sink::Done) {
    Worker& self = nexts.add(Act::TakeWritten, w).workers[w];
    self.task.durable = self.task.given = self.session.end;
    self.session = {};
    if (self.task.part == Part::Behind) {
      self.task.part = Part::Active;
      rewind(nexts.rules(), self);
    }
  }
  // Somebody else took the position: the group says whether we are its owner.
  if (worker.session.step != Sink::Missed) return;
  State& then = nexts.add(Act::FenceCommit, w);
  Worker& self = then.workers[w];
  self.session = {};
  self.task.part = Part::Fenced;
  if (self.step == Step::Running) begin_commit(nexts.rules(), self, Why::Fence);
}

}  // namespace

void add_sink(Nexts& nexts, int w) {
  if (!nexts.rules().shape.database) return;
  if (w == 0) add_orphan(nexts);
  const Worker& worker = nexts.from().workers[w];
  if (!worker.alive) return;
  const Sink step = worker.session.step;
  add_claim(nexts, w);
  add_batch(nexts, w);
  if (step == Sink::Batch || step == Sink::BatchAgain) add_move(nexts, w);
  if (step == Sink::Moved) nexts.add(Act::SendCommit, w).workers[w].session.step = Sink::Commit;
  if (step == Sink::Commit) add_commit_applied(nexts, w);
  add_answers(nexts, w);
}

}  // namespace streamworker::model
