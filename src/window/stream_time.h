// Stream time of a table or join of one task (DESIGN 3.1): how far its records have come.
//
// Fed by a source topic it is the largest event time seen. Fed by a repartition, whose records come
// from several source partitions, it is the smallest over all of them of the largest that each has
// passed, as their marks say: a reader that is slow, paused or restoring makes nothing late.
// Partitions that are idle are left out; one that was not heard of yet holds it back. It never goes
// back. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace streamworker {

class StreamTime {
 public:
  // Of a source topic.
  StreamTime() = default;
  // Of a repartition with so many source partitions.
  explicit StreamTime(int32_t sources) : sources_(sources) {}

  struct Mark {
    int64_t passed = 0;  // ms since the epoch
    bool idle = false;
    bool operator==(const Mark&) const = default;
  };

  // None: no record yet.
  std::optional<int64_t> now() const { return now_; }
  // A record of a source topic. REQUIRES: not made for sources
  void see(int64_t time);
  // A mark of a source partition; the largest that it passed counts. REQUIRES: made for sources
  void mark(int32_t source, const Mark& mark);
  // Every source partition was heard of, and is idle. Of a source topic: true.
  bool all_idle() const;
  // All sources are idle (3.2, close_when_idle): it moves there when that is ahead.
  void move_to(int64_t time);

  const std::map<int32_t, Mark>& marks() const { return marks_; }
  // As it was stored with the state.
  void restore(std::optional<int64_t> now, std::map<int32_t, Mark> marks);

 private:
  std::optional<int32_t> sources_;  // none: a source topic
  std::optional<int64_t> now_;
  std::map<int32_t, Mark> marks_;
};

}  // namespace streamworker
