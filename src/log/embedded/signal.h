// What a waiting consumer sleeps on. Any thread raises or nudges; one thread waits.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/clock.h"

namespace streamworker::embedded {

class Signal {
 public:
  // Ends the wait under way or the next one.
  void raise() {
    {
      const std::lock_guard lock(mutex_);
      raised_ = true;
    }
    changed_.notify_one();
  }
  // Lets a wait under way ask `ready` again.
  void nudge() {
    { const std::lock_guard lock(mutex_); }
    changed_.notify_one();
  }
  // Until raised or `ready()`, at most this long. `ready` must not call a Signal.
  template <class Ready>
  void wait(Duration timeout, Ready ready) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [&] { return raised_ || ready(); });
    raised_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool raised_ = false;
};

// All consumers of a log: each commit may be what one of them waits for. Any thread.
class Signals {
 public:
  void add(Signal& signal) {
    const std::lock_guard lock(mutex_);
    all_.push_back(&signal);
  }
  void remove(Signal& signal) {
    const std::lock_guard lock(mutex_);
    std::erase(all_, &signal);
  }
  void nudge() {
    const std::lock_guard lock(mutex_);
    for (Signal* signal : all_) signal->nudge();
  }

 private:
  std::mutex mutex_;
  std::vector<Signal*> all_;
};

}  // namespace streamworker::embedded
