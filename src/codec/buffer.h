// Bytes that are written piece by piece into memory that is not filled before, and that is kept
// from record to record. One thread.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace streamworker {

class Buffer {
 public:
  std::string_view view() const { return {data_.get(), size_}; }
  size_t size() const { return size_; }
  // Memory that one large record needed is given back, so that not every task keeps it.
  void clear() {
    size_ = 0;
    if (room_ <= kKeep) return;
    data_.reset();
    room_ = 0;
  }

  // Where the next bytes go, at least so many; those that were written count when `wrote` says so.
  char* spare(size_t at_least) {
    if (room_ - size_ < at_least) grow(size_ + at_least);
    return data_.get() + size_;
  }
  // How many bytes fit there.
  size_t spare() const { return room_ - size_; }
  void wrote(size_t bytes) { size_ += bytes; }

 private:
  static constexpr size_t kKeep = 1024UL * 1024;
  static constexpr size_t kLeast = 4096;

  void grow(size_t needed) {
    const size_t room = std::max({needed, 2 * room_, kLeast});
    auto larger = std::make_unique_for_overwrite<char[]>(room);
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    room_ = room;
  }

  std::unique_ptr<char[]> data_;
  size_t size_ = 0;
  size_t room_ = 0;
};

}  // namespace streamworker
