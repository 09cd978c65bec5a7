// One partition of a table: a step of a task that keeps rows and hands on what changes.
//
// A table has a position of its own (store/table_state.h): it skips the records that its rows hold,
// and so nothing behind it is told of them twice. What it hands on are its rows as they are now,
// each right after the record that changed it; a row that is gone is `deleted`, with its key.
//
// The task's thread only, but for what TableState says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "process/relay.h"
#include "store/table_state.h"

namespace streamworker {

class TableStep : public Relay {
 public:
  explicit TableStep(std::unique_ptr<store::TableState> state) : state_(std::move(state)) {}

  const std::string& name() const { return state_->place().table; }
  store::TableState& state() { return *state_; }
  const store::TableState& state() const { return *state_; }

  // The state is loaded: rows are read from it.
  virtual Result<void> load() { return {}; }
  // Records below this offset are in the rows already.
  void skip_below(Offset from) { from_ = from; }
  Offset skips_below() const { return from_; }
  // A source partition behind the repartition says how far it is.
  virtual void mark(int32_t /*source*/, const store::SourceMark& /*mark*/) {}
  // Stream time may have moved: hands on what that closes. Not within `process`: a replayed record
  // opens the way to some of the readers alone. `at`: the last record taken.
  virtual Result<void> advance(const Meta& /*at*/) { return {}; }

  // The wall clock moves. `idle`: for so long there was nothing to be taken; none: there is. True:
  // `advance` has something to do.
  virtual bool pass(std::optional<Duration> /*idle*/) { return false; }

  // For the commit: there is something to be written.
  bool commit_is_due(Offset next, Duration now) const {
    return state_->due(has_changes(), next, now);
  }
  // More is changed than memory is there for.
  virtual bool wants_commit() const = 0;
  Result<void> send(Producer& producer, Offset next, WallTime wall) {
    std::vector<store::RowChange> rows;
    collect(rows);
    return state_->send(producer, std::move(rows), next, wall);
  }
  Result<void> committed(const Producer& producer, WallTime wall, Duration now) {
    auto done = state_->committed(producer, wall, now);
    if (done) saved();
    return done;
  }

 protected:
  bool skips(const Meta& meta) const { return meta.offset < from_; }
  virtual bool has_changes() const = 0;
  // The rows changed since the last commit; what they point to stays until `saved`.
  virtual void collect(std::vector<store::RowChange>& rows) = 0;
  virtual void saved() = 0;

 private:
  std::unique_ptr<store::TableState> state_;
  Offset from_ = 0;
};

}  // namespace streamworker
