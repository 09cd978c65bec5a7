// Where each partition stands durably, over all threads of the worker: below it nothing will be
// read again. For deleting consumed records, and for the end of finite input. Any thread.
#pragma once

#include <map>
#include <mutex>

#include "log/log.h"

namespace streamworker {

class DurablePositions {
 public:
  void set(const TopicPartition& at, Offset below) {
    const std::lock_guard lock(mutex_);
    positions_[at] = below;
  }
  // It is somebody else's now.
  void forget(const TopicPartition& at) {
    const std::lock_guard lock(mutex_);
    positions_.erase(at);
  }
  std::map<TopicPartition, Offset> all() const {
    const std::lock_guard lock(mutex_);
    return positions_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<TopicPartition, Offset> positions_;
};

}  // namespace streamworker
