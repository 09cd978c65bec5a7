// Where listeners of one stream or table are told of what happens there.
//
// While nobody listens, those who make records read one number for each batch; while somebody does,
// they take one lock for it, under which nothing waits and little more is copied than listeners
// are told in a second.
//
// Any thread may call.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "base/clock.h"
#include "tap/tap.h"

namespace streamworker {

class TapPoint {
 public:
  // `event`: an eventfd, which is written to when a listener has something new; -1: none. Both
  // must outlive it.
  TapPoint(const Clock& clock, int event) : clock_(clock), event_(event) {}
  TapPoint(const TapPoint&) = delete;
  TapPoint& operator=(const TapPoint&) = delete;

  // Somebody listens.
  bool tapped() const { return listeners_.load(std::memory_order_relaxed) > 0; }
  // To be called when `tapped`. Records of a partition, or rows of a commit: key and value.
  void tell(int32_t partition, std::span<const Message> messages);

 private:
  friend class Tap;
  void add(Tap& tap);
  void remove(Tap& tap);
  Duration now() const { return clock_.steady(); }

  const Clock& clock_;
  const int event_;
  std::atomic<size_t> listeners_{0};
  std::mutex mutex_;  // also of the taps' queues
  std::vector<Tap*> taps_;
};

}  // namespace streamworker
