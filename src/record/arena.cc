#include "record/arena.h"

#include <algorithm>

namespace streamworker {

void Arena::grow(size_t size) {
  while (used_ < blocks_.size() && blocks_[used_].size < size) ++used_;
  if (used_ == blocks_.size()) {
    const size_t room = std::max(size, kBlock);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(room), room});
    capacity_ += room;
  }
  at_ = blocks_[used_].data.get();
  left_ = blocks_[used_].size;
  ++used_;
}

void Arena::reset() {
  while (capacity_ > kKeep && !blocks_.empty()) {
    capacity_ -= blocks_.back().size;
    blocks_.pop_back();
  }
  used_ = 0;
  at_ = nullptr;
  left_ = 0;
}

}  // namespace streamworker
