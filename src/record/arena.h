// Memory for what a batch's values point to: taken piece by piece, given back all at once.
// Blocks are kept over `reset`, so a steady state allocates nothing. One thread.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace streamworker {

class Arena {
 public:
  // `size` bytes, not aligned. Never null, also for 0.
  char* take(size_t size) {
    if (size > left_) grow(size);
    char* at = at_;
    at_ += size;
    left_ -= size;
    return at;
  }
  std::string_view copy(std::string_view text) {
    char* to = take(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  // Gives the unused end of the last `take` back.
  void give_back(size_t size) {
    at_ -= size;
    left_ += size;
  }
  // Everything taken is void from here. Keeps the blocks, up to kKeep bytes of them.
  void reset();
  // Bytes held, used or not.
  size_t capacity() const { return capacity_; }

 private:
  static constexpr size_t kBlock = 64UL * 1024;
  static constexpr size_t kKeep = 8UL * 1024 * 1024;
  struct Block {
    std::unique_ptr<char[]> data;
    size_t size = 0;
  };
  void grow(size_t size);

  std::vector<Block> blocks_;
  size_t used_ = 0;  // blocks in use
  char* at_ = nullptr;
  size_t left_ = 0;
  size_t capacity_ = 0;
};

}  // namespace streamworker
