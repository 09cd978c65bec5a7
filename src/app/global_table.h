// A table that every worker holds as a whole (DESIGN 1.3): its rows on the disk, and how far each
// partition of its topic is in them.
//
// It needs no changelog and no group: the topic is read from the beginning by each worker for
// itself. Rows and positions are one batch of RocksDB, so a start goes on where the last batch
// ended; without its folder the topic is read again. What is on the disk is thrown away, and the
// topic read again, when the table's definition has changed, when the log is another one, and when
// it was last written so long ago that the topic may have forgotten null values since, or has
// forgotten records that were not read.
//
// The thread of its reader (global_reader.h); the rows may be read by any.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/task_builder.h"
#include "process/decode.h"
#include "process/transform.h"
#include "table/newest_rows.h"

namespace streamworker {

class GlobalTable {
 public:
  // A partition of the topic.
  struct Input {
    TopicPartition at;
    Offset next = 0;                           // to be read
    Offset goal = 0;                           // the end that it had at the start
    Offset begin = 0;                          // where this start began
    std::optional<EventTime> event_time = {};  // of the last record
    std::vector<std::unique_ptr<BadRecords>> bad = {};
    std::unique_ptr<StreamDecoder> decoder = {};
    std::unique_ptr<NewestRows> rows = {};
    std::unique_ptr<Transform> transform = {};  // null: the fields are in their order already
  };

  // `stage` is one of Plan::globals. All must outlive it.
  GlobalTable(const Parts& parts, const Stage& stage, sql::Engine& engine);

  const std::string& name() const { return stage_.name; }
  // Opens the rows, and finds where each partition goes on and where it ends. To be called again
  // after an error. Retry: the log is away, or the folder is open elsewhere. Stop: what the topic
  // holds does not fit what was read of it.
  Result<void> open();
  // To be opened again; damaged rows are set aside then, and the topic is read from the beginning.
  void close();
  std::vector<Input>& inputs() { return inputs_; }
  const std::vector<Input>& inputs() const { return inputs_; }
  // Takes what was read of this partition, and writes it with its position. Stop: the disk, or a
  // bad record and `on_error: fail`.
  Result<void> take(Input& input, std::span<const Message> messages);
  // Says on the disk how far it is, when nothing came for long; with `now` in any case.
  Result<void> keep(bool now);
  // All was read that the topic had at the start.
  bool complete() const;
  // Of what the topic had at the start, in percent.
  int64_t percent() const;
  int64_t records() const { return records_; }
  std::shared_ptr<const store::Partition> rows() const { return rows_; }

 private:
  Input make_input(int32_t partition);
  Result<void> open_rows();
  Result<void> throw_away_if_old();
  Result<void> throw_away(const std::string& why);
  std::string why_old() const;
  Result<bool> locate(Input& input);
  Result<void> write(const std::vector<store::RowChange>& rows);
  const TablePlan& plan() const;

  const Parts& parts_;
  const Stage& stage_;
  sql::Engine& engine_;
  Batch batch_;
  Counter consumed_;
  std::vector<Input> inputs_;
  std::shared_ptr<store::Partition> rows_;
  TapPoint* tap_;        // null: nobody can listen
  int64_t records_ = 0;  // taken since the start
};

}  // namespace streamworker
