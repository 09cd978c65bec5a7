// One listener of a stream or table: a queue of a bounded size (DESIGN 7.4).
//
// Nobody waits for a listener: what does not fit into its queue, or comes faster than it is told,
// is left out and counted, and the count stands where it was left out.
//
// Any thread may call; it locks its point (tap_point.h), which must outlive it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "record/batch.h"

namespace streamworker {

class TapPoint;

// A record as the log holds it, or a row as the store does: its place (store/partition.h) and its
// bytes, none when it is gone. Immutable, and shared by all who listen.
struct TapEvent {
  int32_t partition = 0;
  Offset offset = 0;  // of a record, as the time
  EventTime timestamp{};
  std::optional<std::string> key;
  std::optional<std::string> value;
};

// How many events were left out, by reason.
struct LeftOut {
  uint64_t slow = 0;  // the queue was full
  uint64_t rate = 0;  // there were more in one second than a listener is told
  uint64_t size = 0;  // larger than a queue may be
  bool any() const { return slow + rate + size > 0; }
};

struct TapFilter {
  std::optional<std::string> key;  // none: every one
  size_t key_at = 0;               // so many bytes stand in front of it
};

struct TapLimits {
  size_t events = 1000;
  size_t bytes = size_t{512} * 1024;
  uint64_t per_second = 1000;
};

// What is handed over at once. An event is copied when the first listener wants it, for all.
class TapBatch {
 public:
  // `messages` must outlive it.
  TapBatch(int32_t partition, std::span<const Message> messages)
      : partition_(partition), messages_(messages) {}
  size_t size() const { return messages_.size(); }
  const Message& operator[](size_t i) const { return messages_[i]; }
  std::shared_ptr<const TapEvent> event(size_t i);

 private:
  int32_t partition_;
  std::span<const Message> messages_;
  std::vector<std::shared_ptr<const TapEvent>> made_;
};

class Tap {
 public:
  struct Told {
    std::shared_ptr<const TapEvent> event;
    LeftOut before;
  };

  Tap(TapPoint& point, TapFilter filter, const TapLimits& limits);
  ~Tap();
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  // None: the queue is empty.
  std::optional<Told> next();
  // What was left out behind the last event, when nothing came for a second that it could stand
  // before.
  LeftOut rest();

 private:
  friend class TapPoint;
  // True: the queue has something new. REQUIRES: the point's lock is held
  bool offer(TapBatch& batch, Duration now);
  bool wants(const Message& message) const;

  TapPoint& point_;
  const TapFilter filter_;
  const TapLimits limits_;
  std::deque<Told> queue_;
  size_t bytes_ = 0;        // of what is in the queue
  Duration second_{};       // when the one at hand began (steady)
  uint64_t in_second_ = 0;  // events of it
  LeftOut left_out_;        // behind the queue's last
};

}  // namespace streamworker
