// Stream time of a table as its steps use it, kept in the state's progress (window/stream_time.h).
#pragma once

#include "store/progress.h"
#include "window/stream_time.h"

namespace streamworker {

class TableTime {
 public:
  // `sources`: of a table behind a repartition the partitions of its source.
  explicit TableTime(std::optional<int32_t> sources)
      : marked_(sources.has_value()), time_(sources ? StreamTime(*sources) : StreamTime()) {}

  std::optional<int64_t> now() const { return time_.now(); }
  void see(int64_t time) {
    if (!marked_) time_.see(time);
  }
  void mark(int32_t source, const store::SourceMark& mark) {
    if (marked_) time_.mark(source, {mark.passed.time_since_epoch().count(), mark.idle});
  }
  void load(const store::Progress& progress) {
    std::map<int32_t, StreamTime::Mark> marks;
    for (const auto& [source, mark] : progress.marks)
      marks[source] = {mark.passed.time_since_epoch().count(), mark.idle};
    std::optional<int64_t> now;
    if (progress.stream_time) now = progress.stream_time->time_since_epoch().count();
    time_.restore(now, std::move(marks));
  }
  void keep(store::Progress& progress) const {
    if (const auto at = now()) progress.stream_time = event_time(*at);
    for (const auto& [source, mark] : time_.marks())
      progress.marks[source] = {event_time(mark.passed), mark.idle};
  }
  // Moves to `last`, the time at which the last open window closes, when there was nothing to be
  // taken for `patience` (none: never). True: it moved.
  bool close_when_idle(std::optional<Duration> idle, std::optional<Duration> patience,
                       std::optional<int64_t> last) {
    if (!idle || !patience || *idle < *patience || !last || !time_.all_idle()) return false;
    if (now() && *last <= *now()) return false;
    time_.move_to(*last);
    return true;
  }
  static EventTime event_time(int64_t ms) { return EventTime(std::chrono::milliseconds(ms)); }

 private:
  bool marked_;
  StreamTime time_;
};

}  // namespace streamworker
