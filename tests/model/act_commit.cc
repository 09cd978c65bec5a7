// The commit, step by step: DESIGN 4.4, StreamThread::commit_now and KafkaProducer::commit.
#include "model/actions.h"
#include "model/worker.h"

namespace streamworker::model {

namespace {

void add_begin(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  if (worker.fenced) return;
  if (commit_is_due(nexts.rules(), worker.task))
    begin_commit(nexts.rules(), nexts.add(Act::BeginCommit, w).workers[w], Why::Usual);
}

void add_rows(Nexts& nexts, int w) {
  State& then = nexts.add(Act::SendRows, w);
  Worker& self = then.workers[w];
  append(then, &State::changelog, {static_cast<uint8_t>(w), Kind::Row, self.task.row});
  self.transaction.phase = Phase::Open;
  self.step = Step::Progress;
}

void add_progress(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  State& then = nexts.add(Act::SendProgress, w);
  Worker& self = then.workers[w];
  const bool outside = rules.has(Plant::ProgressOutside);
  const uint8_t owner = outside ? kSettled : static_cast<uint8_t>(w);
  self.task.end = then.changelog.size;
  if (!rules.has(Plant::ProgressMissing))
    self.task.end = append(then, &State::changelog, {owner, Kind::Progress, table_next(self.task)});
  if (!outside) self.transaction.phase = Phase::Open;
  self.step = self.transaction.offset == kNone ? Step::Send : Step::End;
}

// With the group's generation: that is the fence. Records may be on their way still: they are
// waited for behind the offsets, before EndTxn.
void add_offsets(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  const Worker& worker = nexts.from().workers[w];
  if (worker.transaction.offset != kNone) return;
  const Step then_at = worker.step == Step::Send ? Step::End : worker.step;
  if (rules.has(Plant::OffsetsMissing)) {
    if (then_at == Step::End) nexts.add(Act::SendOffsets, w).workers[w].step = then_at;
    return;
  }
  if (worker.stale && !rules.has(Plant::Fence)) {
    fail(nexts.add(Act::OffsetsRefused, w), rules, w);
    return;
  }
  Worker& self = nexts.add(Act::SendOffsets, w).workers[w];
  self.transaction.phase = Phase::Open;
  self.transaction.offset = group_offset(rules, self.task);
  self.transaction.told = rules.shape.table;
  self.step = then_at;
}

void write_rocks(Worker& self) {
  self.folder = {true, self.task.row, table_next(self.task), self.task.end};
}

void add_end(Nexts& nexts, int w) {
  State& then = nexts.add(Act::SendEnd, w);
  Worker& self = then.workers[w];
  if (nexts.rules().has(Plant::CommitOrder) && self.task.end != kNone) write_rocks(self);
  self.transaction.end_sent = true;
  self.step = Step::Await;
}

void committed(State& state, const Rules& rules, int w) {
  Worker& self = state.workers[w];
  self.transaction.answered = false;
  self.task.committed = group_offset(rules, self.task);
  self.step = Step::Write;
  if (self.task.end == kNone) after_commit(state, rules, w);
}

// Nobody knows whether it went through.
void add_cut(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  if (nexts.from().faults == 0) return;
  State& then = nexts.add(Act::EndCut, w);
  Worker& self = then.workers[w];
  self.transaction.answered = false;
  if (rules.has(Plant::AmbiguousDone)) {
    committed(then, rules, w);
  } else if (rules.has(Plant::AmbiguousEnd) && self.why == Why::Usual) {
    self.producer = false;
    self.task.end = kNone;
    self.again = true;
    self.step = Step::Producer;
  } else {
    fail(then, rules, w);
  }
}

void add_await(Nexts& nexts, int w) {
  if (nexts.from().workers[w].transaction.answered)
    committed(nexts.add(Act::TakeAnswer, w), nexts.rules(), w);
  add_cut(nexts, w);
}

void add_write(Nexts& nexts, int w) {
  State& then = nexts.add(Act::WriteRocks, w);
  Worker& self = then.workers[w];
  write_rocks(self);
  self.task.sent = table_next(self.task);
  self.task.end = kNone;
  after_commit(then, nexts.rules(), w);
}

// The transaction before may still wait for its markers.
void add_sending(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  const Phase phase = worker.transaction.phase;
  if (phase != Phase::Empty && phase != Phase::Open) return;
  if (worker.step == Step::Changes) add_rows(nexts, w);
  if (worker.step == Step::Progress) add_progress(nexts, w);
  add_offsets(nexts, w);
}

}  // namespace

void add_commit(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  if (!worker.alive || !worker.assigned) return;
  const Step step = worker.step;
  if (worker.fenced && step >= Step::Changes && step <= Step::Await) {
    fail(nexts.add(Act::EpochRefused, w), nexts.rules(), w);
    return;
  }
  if (step == Step::Running) add_begin(nexts, w);
  if (step >= Step::Changes && step <= Step::Send) add_sending(nexts, w);
  if (step == Step::End) add_end(nexts, w);
  if (step == Step::Await) add_await(nexts, w);
  if (step == Step::Write) add_write(nexts, w);
}

}  // namespace streamworker::model
