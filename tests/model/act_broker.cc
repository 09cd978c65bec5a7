// The broker: the coordinators of transactions and of the group, markers, timeouts; and workers
// that are started again.
#include "model/actions.h"
#include "model/worker.h"

namespace streamworker::model {

namespace {

// EndTxn with the present epoch: from here on it is committed.
void add_decision(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  if (!worker.transaction.end_sent) return;
  State& then = nexts.add(Act::EndArrives, w);
  Worker& self = then.workers[w];
  self.transaction.end_sent = false;
  self.transaction.phase = Phase::Committing;
  self.transaction.answered = self.alive && self.step == Step::Await;
  if (self.superseded) then.broken = Broken::ZombieTransaction;
  if (self.transaction.trimmed) then.broken = Broken::Bounds;
}

void mark_offsets(State& state, int w) {
  Transaction& transaction = state.workers[w].transaction;
  if (transaction.phase == Phase::Committing) {
    if (transaction.offset < state.group.offset) state.broken = Broken::GroupBack;
    state.group.offset = transaction.offset;
    state.group.told = transaction.told;
  }
  transaction.offset = kNone;
  transaction.told = false;
}

void add_markers(Nexts& nexts, int w) {
  const State& from = nexts.from();
  const Transaction& transaction = from.workers[w].transaction;
  if (transaction.phase != Phase::Committing && transaction.phase != Phase::Aborting) return;
  const auto id = static_cast<uint8_t>(w);
  const bool commit = transaction.phase == Phase::Committing;
  if (holds(from.changelog, id)) {
    State& then = nexts.add(Act::MarkChangelog, w);
    settle(then, &State::changelog, id, commit);
  }
  if (holds(from.output, id)) {
    State& then = nexts.add(Act::MarkOutput, w);
    settle(then, &State::output, id, commit);
  }
  if (transaction.offset != kNone) {
    State& then = nexts.add(Act::MarkOffsets, w);
    mark_offsets(then, w);
  }
}

// It was open for too long. A fault where its worker would end it; where nobody will, it comes.
void add_timeout(Nexts& nexts, int w) {
  const State& from = nexts.from();
  const Worker& worker = from.workers[w];
  if (worker.transaction.phase != Phase::Open) return;
  const bool alive = worker.producer && worker.assigned && !worker.stale;
  if (alive ? from.faults == 0 : nexts.rules().has(Plant::NoTimeout)) return;
  State& then = nexts.add(alive ? Act::TransactionTimeout : Act::AbandonedTimeout, w);
  Worker& self = then.workers[w];
  self.transaction.phase = Phase::Aborting;
  self.transaction.end_sent = false;
  self.fenced = self.producer;
}

void add_group(Nexts& nexts, int w) {
  const State& from = nexts.from();
  const Worker& worker = from.workers[w];
  if (from.group.owner == w && !worker.assigned) {
    State& then = nexts.add(Act::MemberTimeout, w);
    then.group.owner = kNone;
    then.group.asks_back = false;
  }
  if (from.group.owner != kNone || !worker.alive || worker.assigned) return;
  State& then = nexts.add(Act::Assign, w);
  then.group.owner = static_cast<uint8_t>(w);
  Worker& self = then.workers[w];
  self.assigned = true;
  self.step = self.again ? Step::Running : Step::Producer;
  self.again = false;
}

void add_return(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  if (worker.alive) return;
  nexts.add(Act::ComeBack, w).workers[w].alive = true;
  if (!worker.folder.exists) return;
  Worker& self = nexts.add(Act::ComeBackEmpty, w).workers[w];
  self.alive = true;
  self.folder = {};
}

}  // namespace

void add_broker(Nexts& nexts, int w) {
  add_decision(nexts, w);
  add_markers(nexts, w);
  add_timeout(nexts, w);
  add_group(nexts, w);
  add_return(nexts, w);
}

}  // namespace streamworker::model
