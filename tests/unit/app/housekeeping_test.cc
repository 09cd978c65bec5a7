#include "app/housekeeping.h"

#include <chrono>
#include <mutex>
#include <thread>

#include "log/embedded/embedded.h"
#include "unit/app/absent_log.h"
#include "unit/catch.h"
#include "unit/store/folder.h"

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

TEST_CASE("a changelog that is deleted while the worker runs is told of, with what to do") {
  const store::Folder folder;
  const auto log = std::move(open_embedded(folder / "log").value());
  DurablePositions positions;
  std::mutex mutex;
  std::string said;
  HousekeepingJobs jobs;
  jobs.changelogs = {{"app-totals-changelog", "totals"}};
  jobs.every = std::chrono::milliseconds(1);
  jobs.failed = [&](const std::string& why) {
    const std::lock_guard lock(mutex);
    said = why;
  };
  const ManualClock clock{WallTime{}};
  const Housekeeping at_work(*log, positions, clock, std::move(jobs));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto found = [&](const char* text) {
    const std::lock_guard lock(mutex);
    return said.find(text) != std::string::npos;
  };
  while (!found("is gone") && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  CHECK(found("the changelog of table totals was deleted"));
  CHECK(found("reset --table totals"));
}

}  // namespace
}  // namespace streamworker
