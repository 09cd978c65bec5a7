#include "tap/taps.h"

#include <stdexcept>

#include <sys/eventfd.h>
#include <unistd.h>

namespace streamworker {

Taps::Taps(const Clock& clock) : clock_(clock), event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ == -1) throw std::runtime_error("no file descriptors left");
}

Taps::~Taps() { close(event_); }

TapPoint& Taps::point(Points& points, const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& point = points[name];
  if (!point) point = std::make_unique<TapPoint>(clock_, event_);
  return *point;
}

std::unique_ptr<Taps::Listener> Taps::listen(TapPoint& at, TapFilter filter,
                                             const TapLimits& limits) {
  if (++count_ > kMost) {
    --count_;
    return nullptr;
  }
  return std::make_unique<Listener>(count_, at, std::move(filter), limits);
}

}  // namespace streamworker
