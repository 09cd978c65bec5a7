#include "record/schema.h"

#include <algorithm>

namespace streamworker {

std::optional<size_t> Schema::find(std::string_view name) const {
  for (size_t slot = 0; slot < fields_.size(); ++slot) {
    if (fields_[slot].name == name) return slot;
  }
  return std::nullopt;
}

std::string Schema::names() const {
  std::vector<std::string_view> sorted;
  for (const Field& field : fields_) sorted.emplace_back(field.name);
  std::sort(sorted.begin(), sorted.end());
  std::string text;
  for (const std::string_view name : sorted) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

}  // namespace streamworker
