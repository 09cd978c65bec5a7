#include "app/disk_guard.h"

#include <filesystem>
#include <utility>

#include "base/log.h"

namespace streamworker {

namespace {

constexpr Duration kEvery = std::chrono::seconds(1);

}  // namespace

Result<uint64_t> free_bytes(const std::string& folder) {
  std::error_code failed;
  const auto space = std::filesystem::space(folder, failed);
  if (failed) return retry("free space of " + folder + ": " + failed.message());
  return space.available;
}

DiskGuard::DiskGuard(std::string folder, FreeBytes free_bytes, const Clock& clock)
    : folder_(std::move(folder)), free_bytes_(std::move(free_bytes)), clock_(clock) {}

bool DiskGuard::almost_full() {
  const Duration now = clock_.steady();
  if (asked_ && now < ask_at_) return almost_full_;
  asked_ = true;
  ask_at_ = now + kEvery;
  const auto found = free_bytes_(folder_);
  if (!found) {
    if (!std::exchange(unknown_, true)) log::warn("app", "{}", found.error().message);
    return almost_full_;
  }
  if (std::exchange(unknown_, false)) log::info("app", "free space of {} is known again", folder_);
  free_ = *found;
  almost_full_ = free_ < (almost_full_ ? kFloor + kFloor / 4 : kFloor);
  return almost_full_;
}

}  // namespace streamworker
