#include "source/pacer.h"

#include "unit/catch.h"

namespace streamworker {

TEST_CASE("source: a record is due when it is due") {
  for (const double rate : {0.25, 1.0, 3.0, 7.0, 50.0, 1000.0, 333'333.0}) {
    const Pacer pacer(rate);
    for (int64_t n = 0; n < 1000; ++n) {
      CAPTURE(rate, n);
      const Duration at = pacer.next_due(n);
      CHECK(pacer.due(at) >= n + 1);
      if (at > Duration(3)) CHECK(pacer.due(at - Duration(3)) <= n);
    }
  }
}

TEST_CASE("source: without a rate everything is due") {
  const Pacer pacer(0);
  CHECK(pacer.due(Duration(0)) > 1'000'000'000'000);
  CHECK(pacer.next_due(1'000'000) == Duration(0));
}

TEST_CASE("source: fifty a second") {
  const Pacer pacer(50);
  CHECK(pacer.due(Duration(0)) == 1);
  CHECK(pacer.due(std::chrono::milliseconds(19)) == 1);
  CHECK(pacer.due(std::chrono::milliseconds(20)) == 2);
  CHECK(pacer.due(std::chrono::seconds(10)) == 501);
}

}  // namespace streamworker
