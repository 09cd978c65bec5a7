// All that can happen next. Each action is atomic; whatever is not one action can be interrupted by
// anything: another worker, the coordinator, a crash.
#pragma once

#include <string_view>
#include <vector>

#include "model/rules.h"
#include "model/state.h"

namespace streamworker::model {

enum class Act : uint8_t {
  // A start (DESIGN 4.6).
  ProducerAborts,
  ProducerStarts,
  ReadOffsets,
  AskWatermark,
  Restore,
  Launch,
  // Running, and the commit (4.4).
  TakeRecord,
  BeginCommit,
  SendRows,
  SendProgress,
  SendOffsets,
  OffsetsRefused,
  SendEnd,
  TakeAnswer,
  EpochRefused,
  WriteRocks,
  // Giving back (4.7).
  SeeRevoke,
  Drained,
  DrainOver,
  SeeLost,
  // The database (5.3).
  SendClaim,
  ClaimApplied,
  TakeClaim,
  SendBatch,
  MovePosition,
  MovedBefore,
  PositionMissed,
  SendCommit,
  CommitApplied,
  TakeWritten,
  FenceCommit,
  OrphanApplied,
  OrphanUndone,
  // The broker.
  EndArrives,
  MarkChangelog,
  MarkOutput,
  MarkOffsets,
  AbandonedTimeout,
  Assign,
  MemberTimeout,
  ComeBack,
  ComeBackEmpty,
  // Faults, of which there are only so many.
  Crash,
  Kick,
  Rebalance,
  StaleStart,
  LaunchWithout,
  TransactionTimeout,
  EndCut,
  StatementCut,
  CommitCut,
  LeaveBehind,
  Count,
};
constexpr Act kFirstFault = Act::Crash;
constexpr bool is_fault(Act act) { return act >= kFirstFault; }
std::string_view name_of(Act act);

struct Next {
  Act act = Act::Count;
  uint8_t worker = 0;
  State state;
};

// What can happen in one state.
class Nexts {
 public:
  explicit Nexts(const Rules& rules) : rules_(rules) { all_.reserve(64); }
  const std::vector<Next>& of(const State& from);

  const Rules& rules() const { return rules_; }
  const State& from() const { return *from_; }
  // The state in which worker `of` has done this, to be changed accordingly until the next `add`.
  State& add(Act act, int of) {
    all_.push_back({act, static_cast<uint8_t>(of), *from_});
    return all_.back().state;
  }

 private:
  const Rules& rules_;
  const State* from_ = nullptr;
  std::vector<Next> all_;
};

// Each adds what worker `w` may do, or what may happen to it. One file each.
void add_start(Nexts& nexts, int w);
void add_running(Nexts& nexts, int w);
void add_commit(Nexts& nexts, int w);
void add_sink(Nexts& nexts, int w);
void add_broker(Nexts& nexts, int w);
void add_faults(Nexts& nexts, int w);

// At the beginning: worker A is told that the partition is its own.
std::vector<State> beginnings(const Rules& rules);

}  // namespace streamworker::model
