#include "app/slot_folder.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/format.h"
#include "base/startup_error.h"

namespace streamworker {

namespace {

constexpr int kSlots = 1000;

std::string fresh_id() {
  std::random_device random;
  return fmt::format("{:08x}", random());
}

// Written beside and renamed, so that a crash leaves no half of it.
std::string read_or_make_id(const std::string& folder) {
  const std::string path = folder + "/id";
  std::string id;
  if (std::ifstream(path) >> id) return id;
  id = fresh_id();
  std::ofstream(path + ".new") << id << "\n";
  std::filesystem::rename(path + ".new", path);
  return id;
}

}  // namespace

SlotFolder::SlotFolder(const std::string& state_dir, const std::string& app) {
  const std::string parent = state_dir + "/" + app;
  try {
    for (number_ = 0; number_ < kSlots; ++number_) {
      folder_ = fmt::format("{}/{}", parent, number_);
      std::filesystem::create_directories(folder_);
      if (!take(folder_)) continue;
      id_ = read_or_make_id(folder_);
      return;
    }
  } catch (const std::filesystem::filesystem_error& error) {
    throw StartupError(
        fmt::format("state folder {}: {}; set state.dir or --state-dir to a folder "
                    "that can be written",
                    parent, error.code().message()));
  }
  throw StartupError(fmt::format("state folder {}: {} workers use it already", parent, kSlots));
}

SlotFolder::~SlotFolder() {
  if (lock_ >= 0) ::close(lock_);
}

bool SlotFolder::take(const std::string& folder) {
  const std::string path = folder + "/lock";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0)
    throw StartupError("state folder " + folder + ": " +
                       std::error_code(errno, std::generic_category()).message());
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return true;
  ::close(lock_);
  lock_ = -1;
  return false;
}

}  // namespace streamworker
