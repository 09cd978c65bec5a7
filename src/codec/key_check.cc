#include "codec/key_check.h"

#include <algorithm>

namespace streamworker {

bool KeyCheck::add(std::string_view key) {
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(starts_.back());
  if (keys_.size() - starts_.back() < kFew && std::find(begin, keys_.end(), key) != keys_.end())
    return false;
  keys_.push_back(key);
  return true;
}

std::optional<std::string_view> KeyCheck::end_object() {
  const size_t start = starts_.back();
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(start);
  std::optional<std::string_view> twice;
  if (keys_.size() - start > kFew) {
    // Equal keys in the order in which they stand in the message.
    std::sort(begin, keys_.end(), [](std::string_view a, std::string_view b) {
      const int order = a.size() == b.size() ? a.compare(b) : (a.size() < b.size() ? -1 : 1);
      return order != 0 ? order < 0 : a.data() < b.data();
    });
    const auto found = std::adjacent_find(begin, keys_.end());
    if (found != keys_.end()) twice = *(found + 1);
  }
  keys_.resize(start);
  starts_.pop_back();
  return twice;
}

}  // namespace streamworker
