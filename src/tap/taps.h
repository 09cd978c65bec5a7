// The streams and tables of a worker that can be listened to, and how many may listen at once.
//
// Any thread may call.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "tap/tap_point.h"

namespace streamworker {

class Taps {
 public:
  // Listeners, of all together; so their queues are 32 MiB at most.
  static constexpr size_t kMost = 64;

  // A listener, until it goes.
  class Listener {
   public:
    Listener(std::atomic<size_t>& count, TapPoint& point, TapFilter filter, const TapLimits& limits)
        : count_(count), tap_(point, std::move(filter), limits) {}
    ~Listener() { --count_; }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    Tap& tap() { return tap_; }

   private:
    std::atomic<size_t>& count_;
    Tap tap_;
  };

  // Throws std::runtime_error: no file descriptors are left. `clock` must outlive it.
  explicit Taps(const Clock& clock);
  ~Taps();
  Taps(const Taps&) = delete;
  Taps& operator=(const Taps&) = delete;

  // Of this name; the same each time, and for as long as this lives.
  TapPoint& stream(const std::string& name) { return point(streams_, name); }
  TapPoint& table(const std::string& name) { return point(tables_, name); }
  // Null: kMost listen already. It must not outlive this.
  std::unique_ptr<Listener> listen(TapPoint& at, TapFilter filter, const TapLimits& limits = {});
  size_t listeners() const { return count_; }
  // An eventfd that can be read when a listener has something new; who reads it clears it.
  int event() const { return event_; }

 private:
  using Points = std::map<std::string, std::unique_ptr<TapPoint>>;
  TapPoint& point(Points& points, const std::string& name);

  const Clock& clock_;
  const int event_;
  std::atomic<size_t> count_{0};
  std::mutex mutex_;
  Points streams_;
  Points tables_;
};

}  // namespace streamworker
