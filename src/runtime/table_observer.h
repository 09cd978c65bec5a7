// Who is told which tables the stream threads have open, so that other threads can read them
// (query/). Called on the stream threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "store/partition.h"

namespace streamworker {

// When a stream thread last served its group: one that has not for a while may have lost its
// partitions without knowing. Any thread may ask.
class Heartbeat {
 public:
  void beat(Duration now) { at_ = now.count(); }
  Duration last() const { return Duration(at_.load()); }

 private:
  std::atomic<Duration::rep> at_{0};  // steady
};

struct OpenTable {
  std::string name;
  int32_t partition = 0;
  int32_t partitions = 0;                        // of the table, here and elsewhere
  std::shared_ptr<const store::Partition> rows;  // null: they are not as the changelog has them yet
  std::shared_ptr<const Heartbeat> owner;
};

class TableObserver {
 public:
  virtual ~TableObserver() = default;
  // Its task was made, and again: its rows can be read.
  virtual void show(OpenTable table) = 0;
  // The tasks of this owner are gone, and will be made anew.
  virtual void hide(const Heartbeat& owner) = 0;
  // Its partitions are others' from now on.
  virtual void withdraw(const Heartbeat& owner) = 0;
};

}  // namespace streamworker
