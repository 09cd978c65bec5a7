#include "model/rules.h"

#include <algorithm>
#include <array>

namespace streamworker::model {

namespace {

// With these, too, only the owner can commit.
constexpr auto kTrimmed =
    std::to_array<Plant>({Plant::None, Plant::HalfCommit, Plant::Skip, Plant::GroupBack,
                          Plant::SinkPosition, Plant::FencedKept, Plant::NoTimeout});

}  // namespace

const std::vector<PlantInfo>& plants() {
  static const std::vector<PlantInfo> all = {
      {Plant::CommitOrder, "commit_order", "RocksDB's batch is written before the transaction is",
       kTable},
      {Plant::OffsetsMissing, "offsets_missing", "the transaction has no group offsets", kTable},
      {Plant::UnstableOffsets, "unstable_offsets",
       "a start does not wait for a predecessor's pending offsets", kTable},
      {Plant::EarlyWatermark, "early_watermark",
       "a start asks where the changelog ends before it reads the group's offsets", kTable},
      {Plant::StableWatermark, "stable_watermark",
       "a start takes the end for readers for the changelog's end", kTable},
      {Plant::ReadUncommitted, "read_uncommitted", "a restore reads open transactions", kTable},
      {Plant::HalfCommit, "half_commit",
       "a restore whose end lies within another's commit is an error", kTable},
      {Plant::ProgressMissing, "progress_missing", "a commit has no progress record", kTable},
      {Plant::ProgressOutside, "progress_outside",
       "the progress record is written outside of the transaction", kTable},
      {Plant::StatePosition, "state_position",
       "a table's position is the group's, not that of its rows", kTable},
      {Plant::Skip, "skip", "an output does not skip what it has taken", kTable},
      {Plant::GroupBack, "group_back", "the group's offset is where the task reads", kBoth},
      {Plant::Fence, "fence", "the group's offsets are sent without its generation", kTable},
      {Plant::Revoke, "revoke",
       "after a lost assignment, memory and transaction are kept and gone on with", kTable},
      {Plant::OpenTransaction, "open_transaction",
       "after a lost assignment, the producer is kept with its open transaction", kTable},
      {Plant::AmbiguousEnd, "ambiguous_end",
       "an EndTxn without answer counts as failed, and the same is sent again", kTable},
      {Plant::AmbiguousDone, "ambiguous_done", "an EndTxn without answer counts as done", kTable},
      {Plant::MemoryKept, "memory_kept",
       "after a transaction that failed, the changes in memory are kept", kTable},
      {Plant::FencedKept, "fenced_kept", "a producer whose epoch is old is started again with",
       kTable},
      {Plant::NoTimeout, "no_timeout", "transactions that were left open do not time out", kTable},
      {Plant::Epoch, "epoch", "an assignment does not bump the database's epoch", kDatabase},
      {Plant::AmbiguousCommit, "ambiguous_commit",
       "a COMMIT without answer counts as failed, and the batch is sent again without a look",
       kDatabase},
      {Plant::PositionApart, "position_apart",
       "rows and position go to the database in transactions of their own", kDatabase},
      {Plant::SinkPosition, "sink_position",
       "a database sink goes on where the group is, not its table", kBoth},
      {Plant::Rewind, "rewind", "a database claimed again is not read for again", kDatabase},
  };
  return all;
}

const PlantInfo* plant_named(std::string_view name) {
  const auto found = std::find_if(plants().begin(), plants().end(),
                                  [name](const PlantInfo& one) { return one.name == name; });
  return found == plants().end() ? nullptr : &*found;
}

std::string_view name_of(Shape shape) {
  if (shape.table && shape.database) return "both";
  return shape.table ? "table" : "database";
}

std::optional<Shape> shape_named(std::string_view name) {
  for (const Shape shape : {kTable, kDatabase, kBoth})
    if (name_of(shape) == name) return shape;
  return {};
}

bool Rules::trims() const {
  return std::find(kTrimmed.begin(), kTrimmed.end(), plant) != kTrimmed.end();
}

}  // namespace streamworker::model
