#include "window/hops.h"

#include <algorithm>
#include <numeric>

namespace streamworker {

namespace {

// The largest multiple of `step` that is not above.
int64_t floor_to(int64_t time, int64_t step) {
  const int64_t rest = time % step;
  return time - (rest < 0 ? rest + step : rest);
}

}  // namespace

Hops::Hops(std::chrono::milliseconds size, std::chrono::milliseconds every,
           std::chrono::milliseconds grace)
    : size_(size.count()),
      every_(every.count()),
      grace_(grace.count()),
      pane_(std::gcd(size_, every_)) {}

WindowRange Hops::containing(int64_t time) const {
  return {floor_to(time - size_, every_) + every_, floor_to(time, every_)};
}

WindowRange Hops::counting(const Pane& pane) const {
  WindowRange all = containing(pane.begin);
  all.first += pane.skip * every_;
  return all;
}

std::optional<Pane> Hops::place(int64_t time, std::optional<int64_t> stream_time) const {
  const WindowRange all = containing(time);
  Pane pane{floor_to(time, pane_), 0};
  if (!stream_time || closes(all.first) > *stream_time) return pane;
  if (all.empty() || closes(all.last) <= *stream_time) return {};
  pane.skip = (floor_to(*stream_time - size_ - grace_, every_) - all.first) / every_ + 1;
  return pane;
}

WindowRange Hops::closing(std::optional<int64_t> before, int64_t now, int64_t first) const {
  const int64_t last = floor_to(now - size_ - grace_, every_);
  const int64_t from =
      before ? floor_to(*before - size_ - grace_, every_) + every_ : floor_to(first, every_);
  return {std::max(from, floor_to(first, every_)), last};
}

int64_t Hops::latest(int64_t time) const { return floor_to(time, every_); }

}  // namespace streamworker
