#include "model/state.h"

#include <algorithm>
#include <cstring>

namespace streamworker::model {

namespace {

// Where somebody stands in the changelog: it must not be folded beyond, and moves when an entry
// before it goes.
template <class Call>
void each_place(State& state, Call call) {
  for (Worker& worker : state.workers) {
    if (worker.folder.exists) call(worker.folder.changelog);
    if (worker.task.end != kNone) call(worker.task.end);
  }
}

void erase(State& state, Topic State::*topic, int index) {
  Topic& of = state.*topic;
  std::copy(of.entries.begin() + index + 1, of.entries.begin() + of.size,
            of.entries.begin() + index);
  of.entries[--of.size] = {};
  if (topic != &State::changelog) return;
  each_place(state, [index](uint8_t& place) {
    if (place > index) --place;
  });
}

// Whole commits at the beginning that everybody has read.
void fold_changelog(State& state) {
  uint8_t limit = stable_end(state.changelog);
  each_place(state, [&](const uint8_t& place) { limit = std::min(limit, place); });
  int whole = 0;
  for (int i = 0; i < limit; ++i)
    if (state.changelog.entries[i].kind == Kind::Progress) whole = i + 1;
  for (; whole > 0; --whole) {
    const Entry first = state.changelog.entries[0];
    if (first.kind == Kind::Row) state.row = first.value;
    if (first.kind == Kind::Progress) state.position = first.value;
    if (first.kind == Kind::Progress && state.row != fold_of(state.position))
      state.broken = Broken::Changelog;
    erase(state, &State::changelog, 0);
  }
}

void fold_output(State& state) {
  while (state.output.size > 0 && state.output.entries[0].owner == kSettled) {
    if (state.output.entries[0].value != state.readable) {
      state.broken = Broken::Outputs;
      return;
    }
    ++state.readable;
    erase(state, &State::output, 0);
  }
}

// It is being aborted, or its worker has no way to send offsets with it any more.
bool is_doomed(const Worker& worker) {
  const Transaction& transaction = worker.transaction;
  if (transaction.phase == Phase::Aborting) return true;
  return transaction.phase == Phase::Open && transaction.offset == kNone &&
         (!worker.assigned || worker.stale || !worker.producer);
}

// What is in the memory of a worker whose next commit will be refused is written nowhere.
void trim_memory(Worker& worker) {
  const bool accepted = worker.step > Step::Send || worker.transaction.offset != kNone;
  if (!worker.stale || accepted) return;
  Task& task = worker.task;
  task.row = 0;
  if (worker.step < Step::Changes) return;
  const Sink sink = worker.session.step;
  const bool queued = task.part == Part::Claiming && sink != Sink::Claim && sink != Sink::Claimed;
  task = {};
  if (queued) task.part = Part::Claiming;  // its sink thread may still come to it
  worker.session.gone = worker.session.step != Sink::Idle;
}

void trim_transaction(State& state, uint8_t owner) {
  bool& trimmed = state.workers[owner].transaction.trimmed;
  for (int i = state.output.size - 1; i >= 0; --i) {
    if (state.output.entries[i].owner != owner) continue;
    erase(state, &State::output, i);
    trimmed = true;
  }
  bool first = true;
  for (int i = 0; i < state.changelog.size; ++i) {
    Entry& entry = state.changelog.entries[i];
    if (entry.owner != owner) continue;
    if (first)
      entry = {owner, Kind::Row, 0};
    else
      erase(state, &State::changelog, i--);
    trimmed = trimmed || !first;
    first = false;
  }
}

// The last marker is written.
void close_if_done(State& state, uint8_t owner) {
  Transaction& transaction = state.workers[owner].transaction;
  if (transaction.phase != Phase::Committing && transaction.phase != Phase::Aborting) return;
  if (transaction.offset != kNone) return;
  if (holds(state.changelog, owner) || holds(state.output, owner)) return;
  transaction.phase = Phase::Empty;
  transaction.trimmed = false;
}

// What nobody remembers is as if it had never been.
void forget(Worker& worker) {
  if (worker.session.gone &&
      (worker.session.step == Sink::Claimed || worker.session.step == Sink::Done ||
       worker.session.step == Sink::Missed))
    worker.session = {};
  if (!worker.assigned && worker.transaction.phase == Phase::Empty) worker.superseded = false;
}

}  // namespace

Rows with_record(Rows rows, int record) {
  const int shift = 2 * record;
  const int times = std::min(3, (rows >> shift & 3) + 1);
  return static_cast<Rows>((rows & ~(3 << shift)) | times << shift);
}

Rows fold_of(int end) {
  Rows rows = 0;
  if (end == kNone) return rows;
  for (int record = 0; record < end; ++record) rows = with_record(rows, record);
  return rows;
}

uint8_t append(State& state, Topic State::*topic, Entry entry) {
  Topic& to = state.*topic;
  if (to.size == Topic::kMost) {
    state.broken = Broken::Bounds;
    return to.size;
  }
  to.entries[to.size++] = entry;
  return to.size;
}

void settle(State& state, Topic State::*topic, uint8_t owner, bool commit) {
  for (int i = (state.*topic).size - 1; i >= 0; --i) {
    Entry& entry = (state.*topic).entries[i];
    if (entry.owner != owner) continue;
    if (commit)
      entry.owner = kSettled;
    else
      erase(state, topic, i);
  }
}

bool holds(const Topic& topic, uint8_t owner) {
  return std::any_of(topic.entries.begin(), topic.entries.begin() + topic.size,
                     [owner](const Entry& entry) { return entry.owner == owner; });
}

uint8_t stable_end(const Topic& topic) {
  uint8_t end = 0;
  while (end < topic.size && topic.entries[end].owner == kSettled) ++end;
  return end;
}

uint8_t decided_position(const State& state) {
  uint8_t position = state.position;
  for (int i = 0; i < state.changelog.size; ++i) {
    const Entry& entry = state.changelog.entries[i];
    const bool decided = entry.owner == kSettled ||
                         state.workers[entry.owner].transaction.phase == Phase::Committing;
    if (decided && entry.kind == Kind::Progress) position = entry.value;
  }
  return position;
}

void normalize(State& state, bool trim) {
  for (uint8_t w = 0; w < kWorkers; ++w) {
    if (trim) trim_memory(state.workers[w]);
    if (trim && is_doomed(state.workers[w])) trim_transaction(state, w);
    close_if_done(state, w);
  }
  fold_output(state);
  fold_changelog(state);
  for (Worker& worker : state.workers) forget(worker);
}

State swapped(const State& state) {
  State other = state;
  std::swap(other.workers[0], other.workers[1]);
  const auto swap_name = [](uint8_t& name) {
    if (name < kWorkers) name = static_cast<uint8_t>(1 - name);
  };
  swap_name(other.group.owner);
  swap_name(other.database.claimed_by);
  swap_name(other.database.lock);
  for (Topic* topic : {&other.changelog, &other.output})
    for (int i = 0; i < topic->size; ++i) swap_name(topic->entries[i].owner);
  return other;
}

uint64_t hash_of(const State& state) {
  std::array<uint64_t, (sizeof(State) + 7) / 8> words{};
  std::memcpy(words.data(), &state, sizeof state);
  uint64_t hash = 0x9e3779b97f4a7c15ULL;
  for (const uint64_t word : words) {
    hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
    hash ^= hash >> 32;
  }
  return hash;
}

bool operator==(const State& a, const State& b) { return std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace streamworker::model
