// Memory for the rows that the tables of one stream thread keep. One thread.
#pragma once

#include <cstddef>

namespace streamworker::store {

class RowBudget {
 public:
  explicit RowBudget(size_t bytes) : limit_(bytes) {}
  void add(size_t bytes) { used_ += bytes; }
  void remove(size_t bytes) { used_ -= bytes; }
  size_t used() const { return used_; }
  bool over() const { return used_ > limit_; }

 private:
  size_t limit_;
  size_t used_ = 0;
};

}  // namespace streamworker::store
