#include "app/disk_guard.h"

#include <filesystem>

#include "unit/catch.h"

namespace streamworker {
namespace {

using std::chrono::seconds;

constexpr uint64_t kFloor = DiskGuard::kFloor;

TEST_CASE("under the floor it is almost full, and a quarter above it no more") {
  ManualClock clock{WallTime()};
  Result<uint64_t> free = kFloor;
  int asked = 0;
  DiskGuard guard(
      "/state",
      [&](const std::string& folder) {
        CHECK(folder == "/state");
        ++asked;
        return free;
      },
      clock);
  CHECK_FALSE(guard.almost_full());
  free = kFloor - 1;
  CHECK_FALSE(guard.almost_full());  // asked a moment ago
  CHECK(asked == 1);
  clock.advance(seconds(1));
  CHECK(guard.almost_full());
  CHECK(guard.free() == kFloor - 1);
  free = kFloor + kFloor / 4 - 1;
  clock.advance(seconds(1));
  CHECK(guard.almost_full());
  free = retry("I/O error");
  clock.advance(seconds(1));
  CHECK(guard.almost_full());
  free = kFloor + kFloor / 4;
  clock.advance(seconds(1));
  CHECK_FALSE(guard.almost_full());
}

TEST_CASE("the system is asked") {
  const auto here = free_bytes(std::filesystem::temp_directory_path());
  REQUIRE(here.has_value());
  CHECK(*here > 0);
  CHECK_FALSE(free_bytes("/there/is/no/such/folder").has_value());
}

}  // namespace
}  // namespace streamworker
