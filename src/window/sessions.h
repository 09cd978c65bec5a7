// Session windows (DESIGN 3.2): records of a key belong together while none is further than `gap`
// from the next.
//
// A session is [first, last] event time, both in it; it takes records, and can be swallowed by a
// larger one, while `last + gap + grace` is not below stream time, and closes when it is. Times are
// milliseconds since the epoch. Immutable.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace streamworker {

struct Session {
  int64_t first = 0;
  int64_t last = 0;
  bool operator==(const Session&) const = default;
};

class Sessions {
 public:
  // REQUIRES: whole milliseconds; 0 < gap; 0 <= grace
  Sessions(std::chrono::milliseconds gap, std::chrono::milliseconds grace)
      : gap_(gap.count()), grace_(grace.count()) {}

  // The session that a record is in from now on, and those that it swallows: `count` of the open
  // ones from the `from`-th on (none: it begins a new one, there).
  struct Place {
    Session session;
    size_t from = 0;
    size_t count = 0;
    bool operator==(const Place&) const = default;
  };
  // `open`: of the record's key, ascending; those among them that are closed by now take nothing.
  // None: it is late. `stream_time`: before the record.
  std::optional<Place> place(int64_t time, std::span<const Session> open,
                             std::optional<int64_t> stream_time) const;
  bool is_closed(const Session& session, int64_t stream_time) const {
    return closes(session.last) <= stream_time;
  }
  // Stream time at which a session with this last event closes.
  int64_t closes(int64_t last) const { return last + gap_ + grace_ + 1; }

 private:
  int64_t gap_;
  int64_t grace_;
};

}  // namespace streamworker
