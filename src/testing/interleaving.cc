#include "testing/interleaving.h"

namespace streamworker::testing {

Interleaving::Interleaving(size_t expected, const std::vector<int32_t>& partitions, Fits fits)
    : expected_(expected), fits_(std::move(fits)), possible_(expected == partitions.size()) {
  for (size_t i = 0; i < partitions.size(); ++i) {
    if (i == 0 || partitions[i] != partitions[i - 1]) begins_.push_back(i);
    if (i + 1 == partitions.size() || partitions[i + 1] != partitions[i]) ends_.push_back(i + 1);
  }
}

bool Interleaving::exists() { return possible_ && from(begins_, 0); }

// `next`: of each partition the record that comes next.
bool Interleaving::from(std::vector<size_t> next, size_t expected) {
  if (expected == expected_) return true;
  if (!seen_.insert(next).second) return false;
  for (size_t p = 0; p < next.size(); ++p) {
    if (next[p] == ends_[p] || !fits_(expected, next[p])) continue;
    ++next[p];
    if (from(next, expected + 1)) return true;
    --next[p];
  }
  return false;
}

}  // namespace streamworker::testing
