// One partition of one stage: decodes what it is given, walks the steps, and knows how far each
// thing that it writes has come (DESIGN 4.1, 4.3).
//
// A task belongs to the stream thread that made it. Its life: the thread finds out the positions
// (`set_group`, the parts' claims), reads from `start`, and gives it messages; after any failure of
// the thread's transaction it is thrown away and made anew.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "commit/group_metadata.h"
#include "log/log.h"
#include "process/dead_letters.h"
#include "process/decode.h"
#include "process/output.h"
#include "process/relay.h"
#include "process/repartition.h"
#include "runtime/database_output.h"
#include "runtime/part.h"
#include "runtime/plan.h"
#include "runtime/replay_routes.h"
#include "table/table_step.h"
#include "tap/tap_point.h"

namespace streamworker {

// What the letters of one pipeline or sink concern: those that write what it makes. Without a
// pipeline: the letters of decode, which concern all of them.
struct LetterScope {
  std::string pipeline;
  std::string sink;
  std::vector<Output*> outputs;
  std::vector<Part*> parts;
  std::vector<TableStep*> tables;
};

// What a task is made of; app/ builds it from the plan. Steps point to each other.
struct TaskBody {
  std::unique_ptr<ReplayRoutes> routes;
  std::unique_ptr<ReplayWay> way;  // the gates before the steps look at it
  std::vector<std::unique_ptr<BadRecords>> bad;
  DeadLetters* letters = nullptr;  // the thread's; null: this task writes none
  std::vector<LetterScope> scopes;
  std::unique_ptr<Decoder> decoder;
  std::vector<std::unique_ptr<Step>> steps;  // all of them
  std::vector<PipelineEntry*> entries;       // for the pipelines' rates
  std::vector<Step*> roots;                  // those that get the decoded records
  std::vector<Output*> outputs;              // those whose progress is the group's offset
  std::vector<DatabaseOutput*> databases;
  std::vector<Part*> parts;  // databases and files
  std::vector<TableStep*> tables;
  // What tells how far this task is (DESIGN 3.1), and as which source.
  struct Marked {
    Repartition* step = nullptr;
    int32_t source = 0;
    Duration idle_timeout{};
  };
  std::vector<Marked> marked;
  TapPoint* tap = nullptr;  // who is told of the records that it takes; null: nobody
};

class Task {
 public:
  struct Meters {
    Counter consumed;
    Counter replayed;
    Counter lost_way;  // records that were replayed for what is not here
  };
  Task(const Stage& stage, TopicPartition at, int32_t partitions, TaskBody body, Meters meters);

  const Stage& stage() const { return stage_; }
  const TopicPartition& at() const { return at_; }
  int32_t partitions() const { return partitions_; }  // of its topic
  TaskBody& body() { return body_; }
  const TaskBody& body() const { return body_; }

  // What the group has stored for this partition. Stop: written by a newer version.
  Result<void> set_group(const Committed& committed);
  // Names of outputs that have no position yet: `offset_reset` applies to them.
  bool has_new_outputs() const { return !new_outputs_.empty(); }
  void start_new_outputs(Offset at);
  // How many partitions the topic had when the group last committed, for this partition or another;
  // 0: never.
  int32_t known_partitions() const { return known_partitions_; }
  void set_known_partitions(int32_t count) { known_partitions_ = count; }

  // A table is not as its changelog has it yet.
  bool restores() const;
  // Tables whose changelog says nothing, likewise. REQUIRES: they are loaded
  bool has_new_tables() const;
  void start_new_tables(Offset at);
  // One of these of which the group says that it took records: its changelog is lost. Null: none.
  const TableStep* lost_table() const;

  // Every part that is not active takes its position over.
  Result<void> claim_parts();
  // New settings of the pipelines whose parts it has.
  Result<void> apply(const LiveSettings& settings);
  // Everything that it writes is paused: there is nothing to read for.
  bool paused() const;
  // The pipelines of it that are.
  std::vector<std::string> paused_pipelines() const;
  // Every position is known, and every table loaded; parts that are left out do not count. One that
  // is paused counts only when there is nothing else.
  bool positions_known() const;
  // Nothing takes records: it need not be read.
  bool idle() const;
  // The smallest of the positions: where to read from. REQUIRES: positions_known()
  Offset start() const;
  // From now on `process` is called from this offset on.
  void run_from(Offset offset);
  // Voids the letters of what is going to be processed again: once after each `run_from`. Retry:
  // the log is away.
  Result<void> mark_start();
  // Letters and markers are acknowledged when it returns; before the first record, and before any
  // position moves. Retry as above.
  Result<void> flush_letters();
  // A database that was left behind is back (its claim was answered): the task reads again from its
  // position, and everything else skips what it has.
  void rewind_for(DatabaseOutput& late);

  // Dead letters that it made are acknowledged when it returns. After an error nothing that the
  // task wrote may be committed.
  Result<void> process(std::span<const Message> messages, Duration now);
  // Windows of batches, positions of parts that had nothing to write.
  Result<void> advance(Duration now);
  Result<void> flush();
  bool settled() const;
  // It must not be given records now: a part cannot take more, or none is there to take any.
  bool blocked() const;
  std::optional<Duration> due() const;

  // Something of it is written by the thread's transactions.
  bool has_outputs() const { return !body_.outputs.empty() || !body_.tables.empty(); }
  // The next offset to be taken.
  Offset next() const { return next_; }
  // What the group should have stored, by now.
  Committed group_offset() const;
  void set_committed(const Committed& committed) { committed_ = committed; }
  bool commit_is_due(Duration now) const;
  // The tables' side of a commit: to their changelogs what there is to be written, with `all` also
  // where only times and positions moved; when the transaction went through, to their disks.
  Result<void> send_tables(Producer& producer, const Clock& clock, bool all);
  Result<void> tables_committed(const Producer& producer, const Clock& clock);
  // Time alone made tables tell something since the last commit.
  bool told_in_time() const { return told_in_time_; }
  // Whether all that its partition has was taken, to be called now and then: it is idle after a
  // while.
  void note_end(bool at_end, Duration now);
  // More rows are changed than there is memory for.
  bool wants_commit() const;
  const Committed& committed() const { return committed_; }
  // Below it nothing has to be read again, whatever happens.
  std::optional<Offset> durable() const;
  // The smallest position of what it writes and what is not in a named wait; none: nothing is, or
  // it is not known yet.
  std::optional<Offset> written(Duration now) const;
  // It takes nothing, because of something that has a name (DESIGN 4.9).
  bool may_wait(Duration now) const;
  std::optional<EventTime> event_time() const { return event_time_; }
  // What it is held up by; empty: nothing.
  std::string waits_for() const;
  // While it runs: the parts that it goes on without, and why; empty: there are none.
  std::string runs_without() const;

 private:
  // What the group's offset stands for, and those that are behind it.
  void add_outputs(Offset offset, OutputPositions& positions) const;
  std::optional<Offset> outputs_durable() const;
  // Decodes and walks as many as the decoder takes; how many.
  Result<size_t> take(std::span<const Message> messages);
  Result<void> walk(const Batch& batch);
  Result<void> walk_runs();
  std::optional<Offset> start_of(const LetterScope& scope) const;
  Offset table_next(const TableStep& table) const;
  // Windows close as stream time has moved; what they tell counts as made at this offset.
  Result<void> advance_tables(Offset at);
  // Likewise because time has passed: what they tell is ahead of all records taken.
  Result<void> pass_time(Duration now);
  EnvelopeMark mark_of(const TaskBody::Marked& marked, Duration now) const;
  bool mark_is_due(Duration now, bool at_once) const;
  bool says_nothing(const EnvelopeMark& mark) const;
  Result<void> send_marks(Duration now);

  const Stage& stage_;
  TopicPartition at_;
  int32_t partitions_;
  TaskBody body_;
  Meters meters_;
  Batch batch_;
  Batch run_;            // a part of it
  Committed committed_;  // as the group has it
  Offset group_ = 0;     // the group's offset as it was at the start
  int32_t known_partitions_ = 0;
  std::map<std::string, Offset> positions_;  // of outputs, by name, at the start
  std::vector<std::string> new_outputs_;
  std::set<std::string> known_;  // hashes of the names that the group knew at the start
  bool marked_ = false;
  Offset next_ = 0;
  Offset replayed_until_ = 0;  // some part had taken the records below already
  std::optional<EventTime> event_time_;
  std::optional<int64_t> passed_;         // the largest event time, ms since the epoch
  std::optional<Duration> at_end_since_;  // steady
  bool told_in_time_ = false;
  std::vector<EnvelopeMark> last_marks_;  // that were sent, of body_.marked
  std::optional<Duration> marked_at_;
};

}  // namespace streamworker
