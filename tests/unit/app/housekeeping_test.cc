#include "app/housekeeping.h"

#include <chrono>
#include <thread>

#include "unit/app/absent_log.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

TEST_CASE("nothing is asked of a log that is away") {
  Absent log;
  log.error = "connection refused";
  DurablePositions positions;
  positions.set({"data", 0}, 10);
  HousekeepingJobs jobs;
  jobs.deletable = {"data"};
  jobs.needed = {"data"};
  jobs.every = std::chrono::milliseconds(1);
  const ManualClock clock{WallTime{}};
  const Housekeeping at_work(log, positions, clock, std::move(jobs));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (log.looked_at < 4 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  CHECK(log.looked_at >= 4);
  CHECK(log.asked == 0);
}

}  // namespace
}  // namespace streamworker
