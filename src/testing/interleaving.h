// Are the expected records those that came, in an order that keeps that of each partition?
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

namespace streamworker::testing {

class Interleaving {
 public:
  using Fits = std::function<bool(size_t expected, size_t came)>;
  // `partitions`: of each record that came; those of one partition stand together, in order.
  Interleaving(size_t expected, const std::vector<int32_t>& partitions, Fits fits);
  bool exists();

 private:
  bool from(std::vector<size_t> next, size_t expected);

  size_t expected_;
  Fits fits_;
  bool possible_;
  std::vector<size_t> begins_;  // of each partition
  std::vector<size_t> ends_;
  std::set<std::vector<size_t>> seen_;  // that lead nowhere
};

}  // namespace streamworker::testing
