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

// When a stream thread last served its group, with the log in reach. One that has not for half of
// the session timeout may have lost its partitions without knowing; and one that does again after
// so long (the process was suspended) does not know it at once: librdkafka looks each second
// whether its session is over.
//
// One thread beats, any may ask.
class Heartbeat {
 public:
  void beat(Duration now) {
    const Duration before(at_.load());
    if (before != Duration::zero() && now - before > kSilence) doubted_ = (now + kDoubt).count();
    at_ = now.count();
  }
  // What it has is its own.
  bool alive(Duration now) const {
    return at_ + kSilence.count() >= now.count() && doubted_ <= now.count();
  }

 private:
  static constexpr Duration kSilence = std::chrono::seconds(5);
  static constexpr Duration kDoubt = std::chrono::seconds(2);
  std::atomic<Duration::rep> at_{0};       // steady, as the next
  std::atomic<Duration::rep> doubted_{0};  // until
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
