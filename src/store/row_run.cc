#include "store/row_run.h"

#include <algorithm>

namespace streamworker::store {

void RowRun::add(std::string_view key, std::optional<std::string_view> value) {
  const std::string_view bytes = value.value_or(std::string_view());
  rows_.push_back({bytes_.size(), static_cast<uint32_t>(key.size()),
                   static_cast<uint32_t>(bytes.size()), !value});
  bytes_.append(key).append(bytes);
}

std::vector<RowChange> RowRun::in_order() const {
  std::vector<RowChange> all;
  all.reserve(rows_.size());
  for (const Row& row : rows_) {
    RowChange& change = all.emplace_back(RowChange{key_of(row), {}});
    if (!row.deleted)
      change.value = std::string_view(bytes_).substr(row.begin + row.key, row.value);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const RowChange& a, const RowChange& b) { return a.key < b.key; });
  const auto last = std::unique(all.rbegin(), all.rend(),
                                [](const auto& a, const auto& b) { return a.key == b.key; });
  all.erase(all.begin(), last.base());
  return all;
}

void RowRun::clear() {
  bytes_.clear();
  rows_.clear();
}

}  // namespace streamworker::store
