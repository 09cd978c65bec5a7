// Time as a parameter. Nothing but these classes asks the system what time it is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace streamworker {

using Duration = std::chrono::microseconds;
// Wall-clock time, UTC, microseconds since the epoch.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
// Event time of records: milliseconds since the epoch, as Kafka has it.
using EventTime = std::chrono::sys_time<std::chrono::milliseconds>;

// Any thread may ask.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  // Monotonic time since an arbitrary start: for intervals and deadlines.
  virtual Duration steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime wall() const override;
  Duration steady() const override;
};

// Stands still until it is advanced; both times move together.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime start) : now_(start.time_since_epoch().count()) {}
  WallTime wall() const override { return WallTime(Duration(now_.load())); }
  Duration steady() const override { return Duration(now_.load()); }
  void advance(Duration by) { now_ += by.count(); }

 private:
  std::atomic<int64_t> now_;
};

}  // namespace streamworker
