// A broker that does not answer, and clients that end meanwhile.
#include "unit/catch.h"
#include "unit/log/fixture.h"
#include "unit/log/kafka/mock_cluster.h"
#include "unit/log/kafka/reader.h"

namespace streamworker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE(
    "a broker that goes away is told of once it does not answer, and no more when it is back") {
  MockCluster mock;
  mock.topic("in", 1);
  auto log = mock.open();
  put(*log, "in", 0, 10);
  Reader reader(*log, "in");
  reader.read(10);
  CHECK(log->away().empty());
  mock.set_up(false);
  eventually([&] {
    (void)reader.step().has_value();
    return !log->away().empty();
  });
  INFO(log->away());
  const int before = reader.turns;
  const SystemClock clock;
  const Duration end = clock.steady() + seconds(2);
  while (clock.steady() < end) require(reader.step());
  CHECK(reader.turns - before < 200);  // it waits, and does not spin
  mock.set_up(true);
  put(*log, "in", 10, 20);
  reader.read(20);
  eventually([&] { return log->away().empty(); });
  CHECK(reader.values == numbers(20));
}

TEST_CASE("nobody there at the start is a reason, not an error for good") {
  MockCluster mock;
  mock.topic("in", 1);
  mock.set_up(false);
  auto log = mock.open();
  const auto found = log->describe("in");
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().remedy == Remedy::Retry);
  eventually([&] { return !log->away().empty(); });
  INFO(log->away());
  CHECK(log->away().find("127.0.0.1") != std::string::npos);
  mock.set_up(true);
  eventually([&] { return log->away().empty(); });
}

TEST_CASE("a client that is left behind calls nobody, and leaves the group by itself") {
  MockCluster mock;
  mock.topic("in", 1);
  auto log = mock.open();
  put(*log, "in", 0, 10);
  auto first = std::make_unique<Reader>(*log, "in");
  first->read(10);
  first->abandon();
  first.reset();
  Reader second(*log, "in");
  second.read(10);
  CHECK(second.values == numbers(10));
}

TEST_CASE("the start of a producer is given up soon when no broker answers") {
  MockCluster mock;
  mock.set_up(false);
  auto log = mock.open();
  eventually([&] { return !log->away().empty(); });
  auto producer = log->producer("mock-0");
  const auto began = std::chrono::steady_clock::now();
  const auto started = producer->start();
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().remedy == Remedy::Retry);
  CHECK(std::chrono::steady_clock::now() - began < seconds(5));
}

}  // namespace
}  // namespace streamworker
