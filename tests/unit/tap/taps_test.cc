#include "tap/taps.h"

#include <thread>

#include <sys/eventfd.h>

#include "unit/catch.h"

namespace streamworker {
namespace {

using std::chrono::seconds;

class World {
 public:
  std::unique_ptr<Taps::Listener> listen(TapFilter filter = {}, const TapLimits& limits = {}) {
    auto listener = taps.listen(point, std::move(filter), limits);
    REQUIRE(listener);
    return listener;
  }
  // Records with these keys, from offset `next` on.
  void tell(const std::vector<std::string>& keys, const std::string& value = "v") {
    std::vector<Message> messages;
    for (const std::string& key : keys) messages.push_back({next++, {}, key, value, nullptr});
    point.tell(3, messages);
  }
  // "0:a 2:c", and "(slow 1 rate 0 size 0)" where something was left out.
  static std::string heard(Taps::Listener& listener) {
    std::string all;
    const auto add = [&](const std::string& what) { all += (all.empty() ? "" : " ") + what; };
    const auto add_left_out = [&](const LeftOut& left) {
      if (left.any())
        add("(slow " + std::to_string(left.slow) + " rate " + std::to_string(left.rate) + " size " +
            std::to_string(left.size) + ")");
    };
    while (const auto told = listener.tap().next()) {
      add_left_out(told->before);
      add(std::to_string(told->event->offset) + ":" + *told->event->key);
    }
    add_left_out(listener.tap().rest());
    return all;
  }
  bool woken() const {
    eventfd_t count = 0;
    return eventfd_read(taps.event(), &count) == 0;
  }

  ManualClock clock{WallTime(seconds(1'700'000'000))};
  Taps taps{clock};
  TapPoint& point = taps.stream("s");
  Offset next = 0;
};

TEST_CASE("nobody is listening until somebody does, and no longer than they do") {
  World it;
  CHECK_FALSE(it.point.tapped());
  {
    const auto listener = it.listen();
    CHECK(it.point.tapped());
    CHECK_FALSE(it.taps.table("s").tapped());
    CHECK_FALSE(it.taps.stream("other").tapped());
    CHECK(&it.taps.stream("s") == &it.point);
  }
  CHECK_FALSE(it.point.tapped());
  CHECK(it.taps.listeners() == 0);
}

TEST_CASE("each listener hears what is told since it listens, and shares it") {
  World it;
  const auto first = it.listen();
  it.tell({"a", "b"});
  const auto second = it.listen();
  CHECK(it.woken());
  CHECK_FALSE(it.woken());
  it.tell({"c"});
  CHECK(it.heard(*second) == "2:c");
  CHECK(it.heard(*first) == "0:a 1:b 2:c");
  CHECK(it.heard(*first).empty());
  it.tell({"d"});
  const auto one = first->tap().next();
  const auto other = second->tap().next();
  CHECK(one->event == other->event);
  CHECK(one->event->partition == 3);
  CHECK(one->event->value == "v");
}

TEST_CASE("one key alone") {
  World it;
  const auto listener = it.listen({"b", 0});
  const auto behind = it.listen({"b", 1});
  it.tell({"a", "b", "xb", "xbb", ""});
  CHECK(it.heard(*listener) == "1:b");
  CHECK(it.heard(*behind) == "2:xb");
  it.woken();
  it.tell({"a"});
  CHECK_FALSE(it.woken());
}

TEST_CASE("a full queue leaves out what comes, and says so where it was") {
  World it;
  const auto listener = it.listen({}, {2, 10'000, 100});
  it.tell({"a", "b", "c", "d"});
  CHECK(listener->tap().next()->event->key == "a");
  it.tell({"e"});
  CHECK(it.heard(*listener) == "1:b (slow 2 rate 0 size 0) 4:e");
  it.tell({"f", "g", "h"});
  CHECK(it.heard(*listener) == "5:f 6:g");  // what follows them may still come
  it.clock.advance(seconds(1));
  CHECK(it.heard(*listener) == "(slow 1 rate 0 size 0)");
  CHECK(it.heard(*listener).empty());
}

TEST_CASE("a queue holds so many bytes, and no event that is larger") {
  World it;
  const auto listener = it.listen({}, {100, 1000, 100});
  it.tell({"a"}, std::string(500, 'x'));
  it.tell({"b"}, std::string(500, 'x'));
  it.tell({"c"}, std::string(5000, 'x'));
  it.tell({"d"});
  CHECK(it.heard(*listener) == "0:a (slow 1 rate 0 size 1) 3:d");
  it.tell({"e"}, std::string(500, 'x'));
  CHECK(it.heard(*listener) == "4:e");
}

TEST_CASE("so many a second") {
  World it;
  const auto listener = it.listen({}, {100, 10'000, 2});
  it.tell({"a", "b", "c"});
  it.tell({"d"});
  CHECK(it.heard(*listener) == "0:a 1:b");
  it.clock.advance(seconds(1));
  it.tell({"e"});
  CHECK(it.heard(*listener) == "(slow 0 rate 2 size 0) 4:e");
}

TEST_CASE("so many listen at once, and then nobody more") {
  World it;
  std::vector<std::unique_ptr<Taps::Listener>> all;
  for (size_t i = 0; i < Taps::kMost; ++i) all.push_back(it.listen());
  CHECK_FALSE(it.taps.listen(it.taps.table("t"), {}));
  all.pop_back();
  CHECK(it.taps.listen(it.taps.table("t"), {}));
}

TEST_CASE("listeners come and go while others tell") {
  World it;
  std::atomic<bool> over{false};
  std::thread teller([&] {
    const Message message{0, {}, "k", "v", nullptr};
    while (!over) it.point.tell(0, {&message, 1});
  });
  for (int i = 0; i < 500; ++i) {
    const auto listener = it.listen();
    it.heard(*listener);
  }
  over = true;
  teller.join();
  CHECK(it.taps.listeners() == 0);
}

}  // namespace
}  // namespace streamworker
