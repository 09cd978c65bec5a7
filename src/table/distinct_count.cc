#include "table/distinct_count.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "record/row_format.h"

namespace streamworker {

void DistinctCount::add(uint64_t hash) {
  if (sketch_) return sketch_->add(hash);
  const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (at != hashes_.end() && *at == hash) return;
  hashes_.insert(at, hash);
  if (hashes_.size() <= kExact) return;
  sketch_ = std::make_unique<HyperLogLog>();
  for (const uint64_t kept : hashes_) sketch_->add(kept);
  hashes_ = std::vector<uint64_t>();
}

void DistinctCount::merge(const DistinctCount& from) {
  for (const uint64_t hash : from.hashes_) add(hash);
  if (!from.sketch_) return;
  if (!sketch_) sketch_ = std::make_unique<HyperLogLog>();
  for (const uint64_t kept : hashes_) sketch_->add(kept);
  hashes_ = std::vector<uint64_t>();
  sketch_->merge(*from.sketch_);
}

// More than kExact were there: the estimate does not say less.
uint64_t DistinctCount::count() const {
  if (!sketch_) return hashes_.size();
  const double estimate = std::min(std::round(sketch_->estimate()), 0x1p62);
  return std::max(static_cast<uint64_t>(estimate), uint64_t{kExact} + 1);
}

// The number of hashes and they, 8 bytes each; or kExact + 1 and the packed sketch.
void DistinctCount::append(std::string& out) const {
  if (sketch_) {
    append_varint(kExact + 1, out);
    return sketch_->append_packed(out);
  }
  append_varint(hashes_.size(), out);
  for (const uint64_t hash : hashes_) {
    char bytes[sizeof hash];
    std::memcpy(bytes, &hash, sizeof hash);
    out.append(bytes, sizeof bytes);
  }
}

bool DistinctCount::read(std::string_view& bytes) {
  uint64_t size = 0;
  if (!take_varint(bytes, size) || size > kExact + 1) return false;
  if (size == kExact + 1) {
    sketch_ = std::make_unique<HyperLogLog>();
    if (!sketch_->read_packed(bytes.substr(0, HyperLogLog::kPacked))) return false;
    bytes.remove_prefix(HyperLogLog::kPacked);
    return true;
  }
  if (bytes.size() < size * sizeof(uint64_t)) return false;
  hashes_.resize(size);
  for (uint64_t& hash : hashes_) {
    std::memcpy(&hash, bytes.data(), sizeof hash);
    bytes.remove_prefix(sizeof hash);
  }
  return std::adjacent_find(hashes_.begin(), hashes_.end(), std::greater_equal<>()) ==
         hashes_.end();
}

size_t DistinctCount::heap_bytes() const {
  const size_t sketch = sketch_ ? sizeof(HyperLogLog) + sketch_->heap_bytes() : 0;
  return hashes_.capacity() * sizeof(uint64_t) + sketch;
}

}  // namespace streamworker
