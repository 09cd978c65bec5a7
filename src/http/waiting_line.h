// Connections whose request waits for a thread of a lane, the first to come first. They stay taken
// (connection_table.h). Any thread may call.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "http/connection.h"

namespace streamworker::http {

class WaitingLine {
 public:
  struct Waiting {
    uint64_t number = 0;
    Connection* connection = nullptr;
    Duration since{};
  };

  void add(const Waiting& one) {
    const std::lock_guard lock(mutex_);
    line_.push_back(one);
    changed_.notify_one();
  }
  // Waits for one. None: `stop` was called.
  std::optional<Waiting> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || !line_.empty(); });
    if (stopped_) return std::nullopt;
    const Waiting first = line_.front();
    line_.pop_front();
    return first;
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> line_;
  bool stopped_ = false;
};

}  // namespace streamworker::http
