// A task's start: DESIGN 4.6, src/runtime/stream_thread_start.cc and restorer.cc.
#include <algorithm>

#include "model/actions.h"
#include "model/worker.h"

namespace streamworker::model {

namespace {

Step first_of(const Rules& rules) {
  return rules.has(Plant::EarlyWatermark) && rules.shape.table ? Step::Watermark : Step::Offsets;
}

// A producer of the same id: aborts what its predecessor left open, waits until all is settled.
void add_producer(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  const Worker& worker = nexts.from().workers[w];
  if (!worker.producer && worker.transaction.phase == Phase::Open) {
    State& then = nexts.add(Act::ProducerAborts, w);
    then.workers[w].transaction.phase = Phase::Aborting;
    then.workers[w].transaction.end_sent = false;
  }
  if (!worker.producer && worker.transaction.phase != Phase::Empty) return;
  // Its last one was refused, and it has still not heard that it is no owner.
  const bool unaware = worker.stale && !worker.producer;
  if (unaware && nexts.from().faults == 0) return;
  State& then = nexts.add(unaware ? Act::StaleStart : Act::ProducerStarts, w);
  Worker& self = then.workers[w];
  self.producer = true;
  self.step = first_of(rules);
  if (!worker.again || !rules.has(Plant::AmbiguousEnd)) return;
  self.again = false;
  for (uint8_t record = self.task.committed; record < self.task.next; ++record)
    append(then, &State::output, {static_cast<uint8_t>(w), Kind::Output, record});
  self.transaction.phase = Phase::Open;
  begin_commit(rules, self, Why::Usual);
}

// As stable: a predecessor's pending transaction is waited for.
void add_offsets(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  const bool pending =
      std::any_of(nexts.from().workers.begin(), nexts.from().workers.end(),
                  [](const Worker& one) { return one.transaction.offset != kNone; });
  if (pending && !rules.has(Plant::UnstableOffsets)) return;
  State& then = nexts.add(Act::ReadOffsets, w);
  Worker& self = then.workers[w];
  self.task.group = self.task.committed = self.task.output = then.group.offset;
  self.task.known = then.group.told;
  if (rules.shape.database) self.task.part = Part::Claiming;
  self.step = Step::Locate;
  if (rules.shape.table)
    self.step = rules.has(Plant::EarlyWatermark) ? Step::Restore : Step::Watermark;
  if (self.stale) return;
  self.superseded = false;
  then.workers[1 - w].superseded = true;
}

void add_watermark(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  State& then = nexts.add(Act::AskWatermark, w);
  Worker& self = then.workers[w];
  self.task.end =
      rules.has(Plant::StableWatermark) ? stable_end(then.changelog) : then.changelog.size;
  self.step = rules.has(Plant::EarlyWatermark) ? Step::Offsets : Step::Restore;
  if (self.folder.exists && self.folder.changelog > self.task.end)
    then.broken = Broken::ChangelogShort;
}

// RocksDB as the changelog's committed entries below `end` make it. False: there are rows whose
// progress lies behind `end`.
bool read_changelog(State& state, int w) {
  Worker& self = state.workers[w];
  Folder& folder = self.folder;
  bool half = false;
  if (!folder.exists) folder = {false, state.row, state.position, 0};
  for (int i = folder.changelog; i < self.task.end; ++i) {
    const Entry& entry = state.changelog.entries[i];
    half = entry.kind == Kind::Row;
    (half ? folder.row : folder.position) = entry.value;
  }
  if (half) return false;
  folder.exists = folder.position != kNone;
  if (folder.exists)
    folder.changelog = self.task.end;
  else
    folder = {};
  return true;
}

// Somebody else is the owner by now, and was committing when the end was asked for: what is not
// whole is not taken, and the end is asked for again. The owner himself never meets this.
void go_on(State& state, const Rules& rules, int w, const Folder& folder) {
  Worker& self = state.workers[w];
  self.folder = folder;
  self.task.end = kNone;
  self.step = Step::Watermark;
  if (rules.has(Plant::HalfCommit) || !self.stale) state.broken = Broken::HalfCommit;
}

void add_restore(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  const Worker& worker = nexts.from().workers[w];
  const bool settled = stable_end(nexts.from().changelog) >= worker.task.end;
  if (!settled && !rules.has(Plant::ReadUncommitted)) return;
  State& then = nexts.add(Act::Restore, w);
  Worker& self = then.workers[w];
  if (!read_changelog(then, w)) {
    go_on(then, rules, w, worker.folder);
    return;
  }
  Task& task = self.task;
  task.end = kNone;
  self.step = Step::Locate;
  if (!worker.again) task.row = self.folder.row;
  self.again = false;
  if (!self.folder.exists && task.known) then.broken = Broken::ChangelogLost;
  if (self.folder.exists) task.sent = self.folder.position;
  task.table = self.folder.exists ? self.folder.position : 0;
  if (rules.has(Plant::StatePosition)) task.table = task.group;
}

// Reads from the smallest of the positions; what was not told yet is committed first.
void add_launch(Nexts& nexts, int w) {
  const Rules& rules = nexts.rules();
  const bool waits = rules.shape.database && nexts.from().workers[w].task.part != Part::Active;
  // For so long, when there is something else to do.
  if (waits && (!rules.shape.table || nexts.from().faults == 0)) return;
  Worker& self = nexts.add(waits ? Act::LaunchWithout : Act::Launch, w).workers[w];
  Task& task = self.task;
  task.next = rules.shape.table ? std::min(task.output, task.table) : task.durable;
  if (rules.shape.database && !waits) task.next = std::min(task.next, task.durable);
  self.step = Step::Running;
  if (commit_is_due(rules, task)) begin_commit(rules, self, Why::Launch);
}

}  // namespace

void add_start(Nexts& nexts, int w) {
  const Worker& worker = nexts.from().workers[w];
  if (!worker.alive || !worker.assigned) return;
  if (worker.step == Step::Producer) add_producer(nexts, w);
  if (worker.step == Step::Offsets) add_offsets(nexts, w);
  if (worker.step == Step::Watermark) add_watermark(nexts, w);
  if (worker.step == Step::Restore) add_restore(nexts, w);
  if (worker.step == Step::Locate) add_launch(nexts, w);
}

}  // namespace streamworker::model
