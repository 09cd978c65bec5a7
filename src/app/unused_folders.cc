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

}  // namespace

void UnusedFolders::look(const Owned& owned) {
  const Duration now = clock_.steady();
  std::map<std::string, Duration> since;
  for (const fs::path& table : folders_in(folder_))
    for (const fs::path& folder : folders_in(table)) {
      const auto partition = number(folder.filename().string());
      if (!partition || is_owned(owned, table.filename().string(), *partition)) continue;
      const std::string path = folder.string();
      const auto before = since_.find(path);
      const Duration first = before == since_.end() ? now : before->second;
      since[path] = first;
      if (now - first < kKept) continue;
      since.erase(path);
      if (auto removed = rocks::remove(path); !removed)
        log::warn("app", "{}", removed.error().message);
      else
        log::info("app", "removed {}, which was another worker's for 10 minutes", path);
    }
  since_ = std::move(since);
}

}  // namespace streamworker
