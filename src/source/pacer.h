// How many records are due at a rate: the first one at once, the n-th (from 0) after n / rate.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/clock.h"

namespace streamworker {

class Pacer {
 public:
  // Records per second; 0: as fast as possible.
  explicit Pacer(double rate) : rate_(rate) {}

  // Records due since the start, the one of this moment included.
  int64_t due(Duration since_start) const {
    if (rate_ <= 0) return std::numeric_limits<int64_t>::max();
    const double seconds = (static_cast<double>(since_start.count()) + kSlack) / 1e6;
    return static_cast<int64_t>(std::floor(seconds * rate_)) + 1;
  }
  // When record `n` is due, since the start; a record that was due then is due now.
  Duration next_due(int64_t n) const {
    if (rate_ <= 0) return Duration(0);
    return std::chrono::ceil<Duration>(
        std::chrono::duration<double>(static_cast<double>(n) / rate_));
  }

 private:
  static constexpr double kSlack = 0.25;  // microseconds: more than what doubles round
  double rate_;
};

}  // namespace streamworker
