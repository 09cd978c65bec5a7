// Tumbling and hopping windows (DESIGN 3.2): which of them a record enters, in which pane it is
// kept, which close when stream time moves.
//
// A window is [start, start + size); starts are the multiples of `every`, aligned to the epoch. It
// takes records while `end + grace` is above stream time, and closes when that reaches it.
//
// Windows that overlap share panes: a pane is [begin, begin + gcd(size, every)), so that a window
// is a whole number of panes and each pane lies within every window that it touches. A record is
// kept once, in its pane, however many windows it enters; a window is the panes that it is made of.
// A record that is late for the first k windows of its pane is kept aside, under `skip` = k, and
// those windows leave it out. (They are the earliest that begin, so the earliest that close.)
// Tumbling windows are those with every = size, of one pane.
//
// Times are milliseconds since the epoch, of either sign. Immutable.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace streamworker {

// A row's place among those of its key.
struct Pane {
  int64_t begin = 0;
  int64_t skip = 0;  // of the windows that contain the pane, in order: so many leave this row out
  bool operator==(const Pane&) const = default;
};

// Windows from `first` to `last`, by their starts, each `every` after the one before. None when
// last < first.
struct WindowRange {
  int64_t first = 0;
  int64_t last = -1;
  bool empty() const { return last < first; }
  bool operator==(const WindowRange&) const = default;
};

class Hops {
 public:
  // REQUIRES: whole milliseconds; 0 < every <= size; 0 <= grace
  Hops(std::chrono::milliseconds size, std::chrono::milliseconds every,
       std::chrono::milliseconds grace);

  // Where a record is kept; `stream_time` is that before it, none: it is the first. None: it is
  // late for every window.
  std::optional<Pane> place(int64_t time, std::optional<int64_t> stream_time) const;
  // All windows that contain this moment (or the pane that begins then).
  WindowRange containing(int64_t time) const;
  // Those of them that the row counts for.
  WindowRange counting(const Pane& pane) const;
  // The panes of a window are [first, first + panes() * pane()).
  int64_t pane() const { return pane_; }
  int64_t panes() const { return size_ / pane_; }
  // The windows that close when stream time goes from `before` (none: there was none, nothing was
  // closed yet, and windows before `first` hold nothing) to `now`, in the order of their closing.
  WindowRange closing(std::optional<int64_t> before, int64_t now, int64_t first) const;
  // The one at its latest start that holds this moment.
  int64_t latest(int64_t time) const;

  int64_t size() const { return size_; }
  int64_t every() const { return every_; }
  int64_t end(int64_t start) const { return start + size_; }
  // Stream time at which the window closes.
  int64_t closes(int64_t start) const { return start + size_ + grace_; }

 private:
  int64_t size_;
  int64_t every_;
  int64_t grace_;
  int64_t pane_;
};

}  // namespace streamworker
