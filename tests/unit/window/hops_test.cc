#include "window/hops.h"

#include <map>
#include <random>
#include <set>

#include "unit/catch.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;

Hops hops(int64_t size, int64_t every, int64_t grace = 0) {
  return {milliseconds(size), milliseconds(every), milliseconds(grace)};
}

TEST_CASE("tumbling windows are aligned to the epoch, of either sign") {
  const Hops windows = hops(10, 10);
  CHECK(windows.panes() == 1);
  CHECK(windows.containing(0) == WindowRange{0, 0});
  CHECK(windows.containing(9) == WindowRange{0, 0});
  CHECK(windows.containing(10) == WindowRange{10, 10});
  CHECK(windows.containing(-1) == WindowRange{-10, -10});
  CHECK(windows.containing(-10) == WindowRange{-10, -10});
  CHECK(windows.latest(-1) == -10);
}

TEST_CASE("hopping windows overlap, panes divide them") {
  const Hops windows = hops(10, 4);
  CHECK(windows.pane() == 2);
  CHECK(windows.panes() == 5);
  CHECK(windows.containing(9) == WindowRange{0, 8});
  CHECK(windows.containing(10) == WindowRange{4, 8});
  CHECK(windows.containing(1) == WindowRange{-8, 0});
  CHECK(windows.place(9, {}) == Pane{8, 0});
}

TEST_CASE("a record is late for windows that have closed, in the order of their starts") {
  const Hops windows = hops(10, 5, 2);
  // 7 is in [0, 10), which takes records below 12, and in [5, 15), below 17.
  CHECK(windows.place(7, 11) == Pane{5, 0});
  CHECK(windows.place(7, 12) == Pane{5, 1});
  CHECK(windows.place(7, 16) == Pane{5, 1});
  CHECK_FALSE(windows.place(7, 17));
  CHECK(windows.counting({5, 1}) == WindowRange{5, 5});
}

TEST_CASE("windows close when stream time reaches their end and the grace") {
  const Hops windows = hops(10, 5, 2);
  CHECK(windows.closing(11, 12, -100) == WindowRange{0, 0});
  CHECK(windows.closing(12, 16, -100).empty());
  CHECK(windows.closing(12, 27, -100) == WindowRange{5, 15});
  CHECK(windows.closing({}, 27, 7) == WindowRange{5, 15});
  CHECK(windows.closing({}, 3, 0).empty());
}

// Windows as they are defined, one record and one window after the other.
class Naive {
 public:
  Naive(int64_t size, int64_t every, int64_t grace) : size_(size), every_(every), grace_(grace) {}
  void add(int64_t time) {
    for (int64_t start = -1000; start <= 1000; ++start) {
      if (start % every_ != 0 || time < start || time >= start + size_) continue;
      if (stream_time_ && start + size_ + grace_ <= *stream_time_) continue;
      ++windows[start];
    }
    stream_time_ = std::max(stream_time_.value_or(time), time);
  }
  std::map<int64_t, int> windows;

 private:
  int64_t size_;
  int64_t every_;
  int64_t grace_;
  std::optional<int64_t> stream_time_;
};

TEST_CASE("windows of panes are the windows, whatever comes late") {
  std::minstd_rand random(11);
  for (int round = 0; round < 300; ++round) {
    const int64_t every = 1 + random() % 12;
    const int64_t size = every + random() % 20;
    const int64_t grace = random() % 15;
    CAPTURE(size, every, grace);
    const Hops windows = hops(size, every, grace);
    Naive naive(size, every, grace);
    std::map<std::pair<int64_t, int64_t>, int> rows;  // by pane and skip
    std::optional<int64_t> stream_time;
    std::map<int64_t, int> closed;  // a window, and its count when it closed
    const auto count = [&](int64_t start) {
      int sum = 0;
      for (const auto& [at, n] : rows) {
        const Pane pane{at.first, at.second};
        const WindowRange range = windows.counting(pane);
        if (pane.begin >= start && pane.begin < windows.end(start) && start >= range.first)
          sum += n;
      }
      return sum;
    };
    for (int i = 0; i < 60; ++i) {
      const auto time = static_cast<int64_t>(i) + static_cast<int64_t>(random() % 40) - 30;
      naive.add(time);
      if (const auto pane = windows.place(time, stream_time)) ++rows[{pane->begin, pane->skip}];
      const auto before = stream_time;
      stream_time = std::max(stream_time.value_or(time), time);
      const WindowRange closing = windows.closing(before, *stream_time, -200);
      for (int64_t start = closing.first; start <= closing.last; start += every) {
        CHECK_FALSE(closed.contains(start));
        closed[start] = count(start);
      }
    }
    for (const auto& [start, n] : naive.windows) {
      CAPTURE(start);
      CHECK(count(start) == n);
      const bool over = windows.closes(start) <= *stream_time;
      CHECK(closed.contains(start) == over);
      if (over) CHECK(closed.at(start) == n);
    }
  }
}

}  // namespace
}  // namespace streamworker
