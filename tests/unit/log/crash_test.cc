// The embedded log across processes: killed at any moment, and opened by two.
#include <random>
#include <thread>

#include "log/embedded/embedded.h"
#include "unit/catch.h"
#include "unit/log/child.h"
#include "unit/log/fixture.h"

namespace streamworker {
namespace {

std::vector<std::string> all_values(Log& log, int32_t partition) {
  const auto end = static_cast<size_t>(log.watermarks({"crash", partition}).value().end);
  auto consumer = log.consumer({});
  require(consumer->fetch({{{"crash", partition}, 0}}));
  return end == 0 ? std::vector<std::string>{} : values(take(*consumer, 0, end));
}

// How many transactions a log that log_crash_writer wrote has; checks that it has them whole.
Offset whole_transactions(const std::string& folder) {
  auto log = open_embedded(folder);
  if (!log) FAIL(log.error().message);
  ConsumerSettings settings;
  settings.group = "group";
  const auto stored = (*log)->consumer(settings)->committed({{"crash", 0}}).value();
  const Offset count = stored.front().offset.value_or(0);
  std::vector<std::string> first;
  std::vector<std::string> second;
  for (Offset n = 0; n < count; ++n) {
    first.insert(first.end(), 5, std::to_string(n));
    second.insert(second.end(), static_cast<size_t>(n % 3 + 1), std::to_string(n));
  }
  CHECK(all_values(**log, 0) == first);
  CHECK(all_values(**log, 1) == second);
  return count;
}

TEST_CASE("embedded log: kill -9 at random moments leaves whole transactions, and all of them") {
  const Folder folder;
  std::minstd_rand random(7);
  Offset acknowledged = 0;
  for (int round = 0; round < 20; ++round) {
    Child writer(LOG_CRASH_WRITER, folder.path());
    const auto lines = std::uniform_int_distribution(1, 300)(random);
    for (int i = 0; i < lines; ++i) {
      const auto line = writer.line();
      REQUIRE(line);
      REQUIRE(*line == std::to_string(acknowledged));
      ++acknowledged;
    }
    for (auto spins = random() % 1000; spins > 0; --spins) std::this_thread::yield();
    writer.kill();
    while (writer.line()) ++acknowledged;
    const Offset found = whole_transactions(folder.path());
    CHECK(found >= acknowledged);
    CHECK(found <= acknowledged + 1);
    acknowledged = found;
  }
}

TEST_CASE("embedded log: a second process is refused") {
  const Folder folder;
  auto log = open_embedded(folder.path());
  REQUIRE(log);
  Child second(LOG_CRASH_WRITER, folder.path());
  CHECK(second.line() == folder.path() + " is in use by another streamworker");
  CHECK(second.line() == std::nullopt);
}

}  // namespace
}  // namespace streamworker
