// The end of a pipeline in a database, for one task: collects rows into batches, hands them to the
// sink thread, and knows how far the table is (DESIGN 3.8, 4.3, 4.8, 5.3).
//
// A batch closes when it is full, when its window is over, and on flush; the rows of one input
// record never cross a batch. Its position covers every record passed before the first one of the
// next batch, whether it was written or not. What `process` closes is handed over by `advance`,
// when the dead letters of the records before are acknowledged. A pause drops what is open or
// queued; while it lasts the position is claimed (made, when it is new) and stays. The task's
// thread only.
//
// A part whose table does not fit, or may not be written, is stopped: what it had is dropped, its
// position stays, and it claims its position again after 1 s, then 2, 4 … at most 30 s, so that it
// goes on by itself once the database was repaired.
#pragma once

#include <algorithm>
#include <vector>

#include "base/metrics.h"
#include "runtime/part.h"
#include "runtime/sink_thread.h"

namespace streamworker {

class DatabaseOutput final : public Part {
 public:
  struct Meters {
    Histogram batch_rows;
    Counter rows;
  };
  // `table` must outlive the sink thread: batches on their way there name its columns.
  struct Target {
    SinkThread& sink;
    const Table& table;
    std::shared_ptr<RowRefusals> refusals;  // what the database refuses; used by the sink thread
    bool whole = false;  // rows keep the messages that they were made of, for dead letters
  };
  DatabaseOutput(PartId id, Target target, config::BatchLimits limits, Meters meters);
  ~DatabaseOutput() override;

  const std::string& name() const override { return id_.sink; }
  std::optional<Offset> position() const override;
  Offset skips_below() const override { return from_; }
  void begin(Duration now) override { now_ = now; }
  Result<void> process(const Batch& batch) override;
  Result<void> advance(Offset passed, Duration now) override;
  Result<void> flush(Offset passed) override;
  void skip_taken() override { from_ = std::max(from_, passed_); }
  bool settled() const override;
  bool blocked() const override;
  std::optional<Duration> due() const override;
  bool may_wait(Duration now) const override;
  std::string waits_for() const override;

  Result<void> apply(const PipelineSettings& settings) override;
  bool paused() const override { return paused_; }
  // The answer comes as a reply.
  Result<void> claim(std::optional<Offset> start) override;
  // What is open or queued is dropped; the position stays. Until the next claim is answered it
  // takes nothing.
  void detach();
  // It takes nothing until what it has handed over was written; then it is active again, and the
  // task reads again from its position. What is open is dropped. REQUIRES: active()
  void leave_behind();
  bool active() const override { return state_ == State::Active; }
  bool unknown() const override { return state_ == State::Unknown; }
  struct Stop {
    WallTime since;  // of the first error; it was not written since
    std::string error;
  };
  // Set until it is known to be repaired.
  const std::optional<Stop>& stopped() const { return stopped_; }
  bool left_out() const override { return state_ == State::Stopped; }
  // A stopped part is to be claimed again.
  bool retry_due(Duration now) const { return left_out() && now >= retry_at_; }
  const std::string& database() const { return sink_.name(); }
  // Somebody else took the position over.
  bool fenced() const { return state_ == State::Fenced; }
  // That `sink` calls it `number` now.
  bool is_part(const SinkThread& sink, uint64_t number) const {
    return &sink == &sink_ && number == number_;
  }
  // The sink thread owes an answer.
  bool waiting() const { return state_ == State::Claiming || queued_ > 0; }
  // Since when the sink thread has not taken anything although something waits (steady); for 4.8.
  std::optional<Duration> held_up_since() const { return held_up_since_; }
  // Stop: the worker must end.
  Result<void> on_reply(SinkReply reply, Duration now);

 private:
  enum class State { Idle, Claiming, Unknown, Active, Fenced, Behind, Stopped, Detached };

  std::unique_ptr<Batch> fresh_batch();
  void close_batch(Offset end);
  void send_closed();
  void send(std::unique_ptr<Batch> batch, Offset end);
  void stop(SinkReply reply, Duration now);
  void resume(Offset at);

  PartId id_;
  const Table& table_;
  config::BatchLimits limits_;
  bool whole_;
  SinkThread& sink_;
  std::shared_ptr<RowRefusals> refusals_;
  Meters meters_;
  State state_ = State::Idle;
  bool paused_ = false;
  uint64_t number_ = 0;  // of this claim, at the sink thread
  Duration now_{};
  Offset from_ = 0;    // records below were taken before
  Offset passed_ = 0;  // the task was here already
  Offset durable_ = 0;
  Offset sent_ = 0;  // the position that the last queued write ends at
  Duration sent_at_{};
  size_t queued_ = 0;  // writes handed over and not answered
  std::unique_ptr<Batch> open_;
  std::vector<std::pair<std::unique_ptr<Batch>, Offset>> closed_;  // with their ends
  Duration opened_at_{};
  std::optional<Duration> held_up_since_;
  std::vector<std::unique_ptr<Batch>> spare_;
  std::optional<Stop> stopped_;
  bool claim_proves_ = false;  // an answered claim means that what stopped it was repaired
  int stops_ = 0;              // since something was written
  Duration retry_at_{};
};

}  // namespace streamworker
