#include "base/log_folding.h"

#include <algorithm>

namespace streamworker::log {
namespace {

constexpr Duration kFoldFor = std::chrono::seconds(10);
constexpr size_t kMostLines = 256;
constexpr size_t kLongestLine = 4096;

std::string summary(std::string_view text, int64_t repeats, Duration took) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(std::min(took, kFoldFor)).count();
  return fmt::format("{} … {} more in {} s", text, repeats, std::max<int64_t>(1, seconds));
}

}  // namespace

bool Folding::take(Duration now, Level level, std::string_view module, std::string_view text) {
  if (text.size() > kLongestLine) return true;
  Key key{level, module, text};
  if (const auto it = seen_.find(key); it != seen_.end()) {
    ++it->second.repeats;
    return false;
  }
  if (seen_.size() >= kMostLines) return true;
  if (seen_.empty()) next_ = now + kFoldFor;
  seen_.emplace(std::move(key), Seen{now, 0});
  return true;
}

std::vector<Folding::Folded> Folding::expired(Duration now) {
  std::vector<Folded> out;
  if (seen_.empty() || now < next_) return out;
  next_ = now + kFoldFor;
  for (auto it = seen_.begin(); it != seen_.end();) {
    const auto& [level, module, text] = it->first;
    const Seen& seen = it->second;
    if (now < seen.since + kFoldFor) {
      next_ = std::min(next_, seen.since + kFoldFor);
      ++it;
      continue;
    }
    if (seen.repeats > 0)
      out.push_back({level, module, summary(text, seen.repeats, now - seen.since)});
    it = seen_.erase(it);
  }
  return out;
}

std::vector<Folding::Folded> Folding::rest(Duration now) {
  std::vector<Folded> out;
  for (const auto& [key, seen] : seen_) {
    const auto& [level, module, text] = key;
    if (seen.repeats > 0)
      out.push_back({level, module, summary(text, seen.repeats, now - seen.since)});
  }
  seen_.clear();
  return out;
}

}  // namespace streamworker::log
