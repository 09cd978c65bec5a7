#include "model/words.h"

#include <array>

namespace streamworker::model {

namespace {

struct Words {
  Act act;
  std::string_view name;
  std::string_view text;  // "@": the worker's name; "#": a number, see number_of
};
constexpr auto kWords = std::to_array<Words>({
    {Act::ProducerAborts, "producer_aborts",
     "@ starts a producer: what its id left open is to be aborted"},
    {Act::ProducerStarts, "producer_starts", "@ has a producer, nothing of its id is open"},
    {Act::ReadOffsets, "read_offsets", "@ reads the group's offset: #"},
    {Act::AskWatermark, "ask_watermark", "@ asks where its changelog ends: # entries"},
    {Act::Restore, "restore", "@ has read its changelog up to there; its table is at #"},
    {Act::Launch, "launch", "@ starts its task at record #"},
    {Act::TakeRecord, "take_record", "@ takes record #"},
    {Act::BeginCommit, "begin_commit", "@ begins a commit"},
    {Act::SendRows, "send_rows", "@ sends the row to the changelog"},
    {Act::SendProgress, "send_progress", "@ sends the progress record"},
    {Act::SendOffsets, "send_offsets", "@ sends the group's offset"},
    {Act::OffsetsRefused, "offsets_refused",
     "@'s offsets are refused, it is of an old generation: it starts again"},
    {Act::SendEnd, "send_end", "@ sends EndTxn"},
    {Act::TakeAnswer, "take_answer", "@ hears that its transaction is committed"},
    {Act::EpochRefused, "epoch_refused",
     "@'s producer is refused, its epoch is old: it starts again"},
    {Act::WriteRocks, "write_rocks", "@ writes RocksDB's batch"},
    {Act::SeeRevoke, "see_revoke", "@ sees that it is to give the partition back"},
    {Act::Drained, "drained", "@'s database has taken everything"},
    {Act::DrainOver, "drain_over", "@ waits no longer for its database, and gives back"},
    {Act::SeeLost, "see_lost", "@ sees that it has lost the partition"},
    {Act::SendClaim, "send_claim", "@ sends a claim to the database"},
    {Act::ClaimApplied, "claim_applied", "database: @'s claim bumps the epoch; the position is #"},
    {Act::TakeClaim, "take_claim", "@ has claimed its position in the database"},
    {Act::SendBatch, "send_batch", "@ hands a batch to its sink thread"},
    {Act::MovePosition, "move_position",
     "database: @'s transaction moves the position, and writes rows"},
    {Act::MovedBefore, "moved_before", "database: @'s batch is in already"},
    {Act::PositionMissed, "position_missed",
     "database: @'s epoch or position is not the row's: rolled back"},
    {Act::SendCommit, "send_commit", "@ sends COMMIT"},
    {Act::CommitApplied, "commit_applied", "database: @'s batch is committed"},
    {Act::TakeWritten, "take_written", "@ hears that its batch is in the database"},
    {Act::FenceCommit, "fence_commit",
     "@ hears that its position was taken, and commits to ask the group"},
    {Act::OrphanApplied, "orphan_applied", "database: the COMMIT of the lost connection is done"},
    {Act::OrphanUndone, "orphan_undone",
     "database: the lost connection's transaction is rolled back"},
    {Act::EndArrives, "end_arrives",
     "broker: @'s EndTxn arrives, its transaction is decided: committed"},
    {Act::MarkChangelog, "mark_changelog",
     "broker: the marker of @'s transaction is in the changelog"},
    {Act::MarkOutput, "mark_output", "broker: the marker of @'s transaction is in the output"},
    {Act::MarkOffsets, "mark_offsets",
     "broker: the marker of @'s transaction is in the group's offsets"},
    {Act::AbandonedTimeout, "abandoned_timeout",
     "broker: @'s abandoned transaction times out: aborted"},
    {Act::Assign, "assign", "group: the partition is @'s"},
    {Act::MemberTimeout, "member_timeout", "group: @'s session is over"},
    {Act::ComeBack, "come_back", "@ is started again"},
    {Act::ComeBackEmpty, "come_back_empty", "@ is started again, without its folder"},
    {Act::Crash, "crash", "FAULT: @ is killed"},
    {Act::Kick, "kick", "FAULT: the group takes the partition from @, which does not know yet"},
    {Act::Rebalance, "rebalance", "FAULT: the group asks @ to give the partition back"},
    {Act::StaleStart, "stale_start",
     "FAULT: @ starts again before it hears that it has lost the partition"},
    {Act::LaunchWithout, "launch_without",
     "FAULT: the database is slow; @ starts its task without it, at record #"},
    {Act::TransactionTimeout, "transaction_timeout", "FAULT: @'s transaction times out: aborted"},
    {Act::EndCut, "end_cut", "FAULT: the answer to @'s EndTxn does not come"},
    {Act::StatementCut, "statement_cut",
     "FAULT: @'s connection to the database is cut before COMMIT"},
    {Act::CommitCut, "commit_cut",
     "FAULT: @'s connection is cut, the answer to COMMIT does not come"},
    {Act::LeaveBehind, "leave_behind",
     "FAULT: the database is slow; @ goes on without it until its batch is in"},
});
static_assert(kWords.size() == static_cast<size_t>(Act::Count));

std::string position(uint8_t value) { return value == kNone ? "none" : std::to_string(value); }

std::string number_of(Taken taken, const State& before, const State& after) {
  const Worker& was = before.workers[taken.worker];
  const Worker& is = after.workers[taken.worker];
  switch (taken.act) {
    case Act::TakeRecord:
      return position(was.task.next);
    case Act::ReadOffsets:
      return position(is.task.group);
    case Act::AskWatermark:
      return position(is.task.end);
    case Act::Restore:
      return position(is.task.table);
    case Act::Launch:
    case Act::LaunchWithout:
      return position(is.task.next);
    case Act::ClaimApplied:
      return position(after.database.next);
    default:
      return {};
  }
}

std::string rows_text(Rows rows) {
  std::string text;
  for (int record = 0; record < kMostRecords; ++record) {
    const int times = rows >> 2 * record & 3;
    if (times == 0) continue;
    text += (text.empty() ? "" : " + ") + std::to_string(record);
    if (times > 1) text += " (" + std::to_string(times) + " times)";
  }
  return "{" + text + "}";
}

std::string topic_text(const Topic& topic) {
  std::string text;
  for (int i = 0; i < topic.size; ++i) {
    const Entry& entry = topic.entries[i];
    text += entry.kind == Kind::Row        ? " row " + rows_text(entry.value)
            : entry.kind == Kind::Progress ? " progress " + position(entry.value)
                                           : " record " + position(entry.value);
    if (entry.owner != kSettled) text += std::string(" (open, ") + char('A' + entry.owner) + ")";
    if (i + 1 < topic.size) text += ",";
  }
  return text;
}

}  // namespace

std::string_view name_of(Act act) { return kWords[static_cast<size_t>(act)].name; }

std::string in_words(Taken taken, const State& before, const State& after) {
  std::string text;
  for (const char c : kWords[static_cast<size_t>(taken.act)].text) {
    if (c == '@')
      text += static_cast<char>('A' + taken.worker);
    else if (c == '#')
      text += number_of(taken, before, after);
    else
      text += c;
  }
  return text;
}

std::string in_words(const State& state, const Rules& rules) {
  std::string text = "group offset " + position(state.group.offset);
  if (rules.shape.table) {
    text += "; output: " + std::to_string(state.readable) + " records read, then" +
            topic_text(state.output) + "\nchangelog: row " + rows_text(state.row) + " progress " +
            position(state.position) + ", then" + topic_text(state.changelog);
    for (int w = 0; w < kWorkers; ++w) {
      const Worker& worker = state.workers[w];
      text += std::string("\n") + static_cast<char>('A' + w) + "'s RocksDB: ";
      text += worker.folder.exists ? "row " + rows_text(worker.folder.row) + " progress " +
                                         position(worker.folder.position)
                                   : "empty";
      text += "; in memory " + rows_text(worker.task.row);
    }
  }
  if (rules.shape.database)
    text += "\ndatabase: rows " + rows_text(state.database.rows) + " position " +
            position(state.database.next);
  return text;
}

}  // namespace streamworker::model
