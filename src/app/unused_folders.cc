#include "app/unused_folders.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "base/log.h"
#include "rocks/database.h"

namespace streamworker {

namespace fs = std::filesystem;

namespace {

constexpr Duration kKept = std::chrono::minutes(10);

std::optional<int32_t> number(const std::string& text) {
  int32_t out = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  return read.ptr == end && read.ec == std::errc() ? std::optional(out) : std::nullopt;
}

bool is_owned(const UnusedFolders::Owned& owned, const std::string& table, int32_t partition) {
  const auto found = owned.find(table);
  return found != owned.end() && std::find(found->second.here.begin(), found->second.here.end(),
                                           partition) != found->second.here.end();
}

std::vector<fs::path> folders_in(const fs::path& parent) {
  std::vector<fs::path> out;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(parent, failed))
    if (entry.is_directory(failed)) out.push_back(entry.path());
  return out;
}

// Of partitions that this process does not have.
std::vector<std::string> unused(const std::string& slot, const UnusedFolders::Owned& owned) {
  std::vector<std::string> out;
  for (const fs::path& table : folders_in(slot))
    for (const fs::path& folder : folders_in(table)) {
      const auto partition = number(folder.filename().string());
      if (partition && !is_owned(owned, table.filename().string(), *partition))
        out.push_back(folder.string());
    }
  return out;
}

// False: it is open, and tried again.
bool removed(const std::string& folder) {
  auto done = rocks::remove(folder);
  if (!done)
    log::warn("app", "{}", done.error().message);
  else
    log::info("app", "removed {}, which was another worker's for 10 minutes", folder);
  return done.has_value();
}

}  // namespace

void UnusedFolders::look(const Owned& owned) {
  const Duration now = clock_.steady();
  std::map<std::string, Duration> since;
  for (const std::string& folder : unused(folder_, owned)) {
    const auto before = since_.find(folder);
    const Duration first = before == since_.end() ? now : before->second;
    if (now - first < kKept || !removed(folder)) since[folder] = first;
  }
  since_ = std::move(since);
}

}  // namespace streamworker
