#include "window/sessions.h"

#include <algorithm>
#include <random>
#include <vector>

#include "unit/catch.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;
using Place = Sessions::Place;

TEST_CASE("a record begins a session, joins one, or joins two") {
  const Sessions sessions(milliseconds(10), milliseconds(0));
  const std::vector<Session> open = {{0, 5}, {30, 30}};
  CHECK(sessions.place(-20, open, {}) == Place{{-20, -20}, 0, 0});
  CHECK(sessions.place(15, open, {}) == Place{{0, 15}, 0, 1});
  CHECK(sessions.place(16, open, {}) == Place{{16, 16}, 1, 0});
  CHECK(sessions.place(20, open, {}) == Place{{20, 30}, 1, 1});
  CHECK(sessions.place(3, open, {}) == Place{{0, 5}, 0, 1});
  CHECK(sessions.place(50, open, {}) == Place{{50, 50}, 2, 0});
  const std::vector<Session> near = {{0, 5}, {20, 30}};
  CHECK(sessions.place(12, near, {}) == Place{{0, 30}, 0, 2});
}

TEST_CASE("what is late depends on the session that it would be in") {
  const Sessions sessions(milliseconds(10), milliseconds(5));
  CHECK(sessions.place(0, {}, 15) == Place{{0, 0}, 0, 0});
  CHECK_FALSE(sessions.place(0, {}, 16));
  const std::vector<Session> open = {{8, 9}};
  CHECK(sessions.place(0, open, 16) == Place{{0, 9}, 0, 1});  // 9 + 10 + 5 is not below 16
  CHECK_FALSE(sessions.is_closed({0, 0}, 15));
  CHECK(sessions.is_closed({0, 0}, 16));
}

TEST_CASE("in any order the sessions are those of the sorted records") {
  std::minstd_rand random(5);
  for (int round = 0; round < 200; ++round) {
    const int64_t gap = 1 + random() % 10;
    const Sessions sessions(milliseconds(gap), milliseconds(0));
    std::vector<int64_t> times;
    std::vector<Session> open;
    for (int i = 0; i < 40; ++i) {
      times.push_back(static_cast<int64_t>(random() % 200));
      const Place place = sessions.place(times.back(), open, {}).value();
      const auto from = open.begin() + static_cast<std::ptrdiff_t>(place.from);
      const auto to = from + static_cast<std::ptrdiff_t>(place.count);
      open.insert(open.erase(from, to), place.session);
    }
    std::sort(times.begin(), times.end());
    std::vector<Session> expected;
    for (const int64_t time : times) {
      if (expected.empty() || expected.back().last < time - gap) expected.push_back({time, time});
      expected.back().last = time;
    }
    CHECK(open == expected);
  }
}

}  // namespace
}  // namespace streamworker
