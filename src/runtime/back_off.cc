#include "runtime/back_off.h"

#include <algorithm>
#include <functional>

namespace streamworker {

namespace {

constexpr int kMostDoublings = 16;

}  // namespace

Duration back_off(Duration first, Duration last, int failures, const PartId& part) {
  const Duration full = std::min(last, first * (1 << std::min(failures - 1, kMostDoublings)));
  const size_t place = static_cast<size_t>(part.partition) + static_cast<size_t>(failures);
  const size_t spread = std::hash<std::string>()(part.owner + part.sink) + 5 * place;
  return full - full / 4 * static_cast<int64_t>(spread % 16) / 16;
}

}  // namespace streamworker
