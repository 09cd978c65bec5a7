#include "window/stream_time.h"

#include "unit/catch.h"

namespace streamworker {
namespace {

TEST_CASE("of a source topic it is the largest event time") {
  StreamTime time;
  CHECK_FALSE(time.now());
  time.see(-5);
  CHECK(time.now() == -5);
  time.see(10);
  time.see(7);
  CHECK(time.now() == 10);
}

TEST_CASE("of a repartition it is what every source partition has passed") {
  StreamTime time(3);
  time.mark(0, {10, false});
  time.mark(1, {20, false});
  CHECK_FALSE(time.now());  // one was not heard of
  time.mark(2, {5, false});
  CHECK(time.now() == 5);
  time.mark(2, {30, false});
  CHECK(time.now() == 10);
  time.mark(0, {15, false});
  CHECK(time.now() == 15);
}

TEST_CASE("idle partitions are left out, and it never goes back") {
  StreamTime time(2);
  time.mark(0, {10, false});
  time.mark(1, {2, true});
  CHECK(time.now() == 10);
  time.mark(1, {3, false});  // awake again, and behind
  CHECK(time.now() == 10);
  time.mark(0, {20, false});
  CHECK(time.now() == 10);
  time.mark(1, {12, false});
  CHECK(time.now() == 12);
  time.mark(1, {1, false});  // an older mark, again
  CHECK(time.marks().at(1).passed == 12);
  time.mark(0, {20, true});
  time.mark(1, {12, true});  // nobody is left: it stays
  CHECK(time.now() == 12);
}

TEST_CASE("when all are idle it is moved on") {
  StreamTime time(1);
  time.mark(0, {10, true});
  CHECK_FALSE(time.now());
  time.move_to(100);
  CHECK(time.now() == 100);
  time.move_to(50);
  CHECK(time.now() == 100);
}

TEST_CASE("all are idle when each was heard of and is") {
  CHECK(StreamTime().all_idle());
  StreamTime time(2);
  time.mark(0, {10, true});
  CHECK_FALSE(time.all_idle());
  time.mark(1, {20, true});
  CHECK(time.all_idle());
  time.mark(0, {11, false});
  CHECK_FALSE(time.all_idle());
}

TEST_CASE("it goes on where it was stored") {
  StreamTime time(2);
  time.restore(40, {{0, {50, false}}, {1, {40, false}}});
  CHECK(time.now() == 40);
  time.mark(1, {60, false});
  CHECK(time.now() == 50);
}

}  // namespace
}  // namespace streamworker
