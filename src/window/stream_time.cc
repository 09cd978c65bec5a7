#include "window/stream_time.h"

#include <algorithm>

namespace streamworker {

void StreamTime::see(int64_t time) { move_to(time); }

void StreamTime::move_to(int64_t time) { now_ = std::max(now_.value_or(time), time); }

void StreamTime::mark(int32_t source, const Mark& mark) {
  auto [at, fresh] = marks_.try_emplace(source, mark);
  if (!fresh) at->second = {std::max(at->second.passed, mark.passed), mark.idle};
  if (marks_.size() < static_cast<size_t>(*sources_)) return;
  std::optional<int64_t> smallest;
  for (const auto& [each, its] : marks_)
    if (!its.idle) smallest = std::min(smallest.value_or(its.passed), its.passed);
  if (smallest) move_to(*smallest);
}

bool StreamTime::all_idle() const {
  if (!sources_) return true;
  return marks_.size() >= static_cast<size_t>(*sources_) &&
         std::all_of(marks_.begin(), marks_.end(), [](const auto& one) { return one.second.idle; });
}

void StreamTime::restore(std::optional<int64_t> now, std::map<int32_t, Mark> marks) {
  now_ = now;
  marks_ = std::move(marks);
}

}  // namespace streamworker
