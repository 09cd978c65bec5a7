#include "tap/tap_point.h"

#include <sys/eventfd.h>

namespace streamworker {

void TapPoint::tell(int32_t partition, std::span<const Message> messages) {
  TapBatch batch(partition, messages);
  const Duration time = now();
  bool any = false;
  {
    const std::lock_guard lock(mutex_);
    for (Tap* tap : taps_) any = tap->offer(batch, time) || any;
  }
  if (any && event_ != -1) eventfd_write(event_, 1);
}

void TapPoint::add(Tap& tap) {
  const std::lock_guard lock(mutex_);
  tap.second_ = now();
  taps_.push_back(&tap);
  listeners_ = taps_.size();
}

void TapPoint::remove(Tap& tap) {
  const std::lock_guard lock(mutex_);
  std::erase(taps_, &tap);
  listeners_ = taps_.size();
}

}  // namespace streamworker
