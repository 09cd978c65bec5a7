#include "codec/field_names.h"

#include <bit>

namespace streamworker {

FieldNames::FieldNames(std::vector<std::string> names) : names_(std::move(names)) {
  follower_.assign(names_.size() + 1, kUnknown);
  table_.assign(std::bit_ceil(names_.size() * 2 + 1), kUnknown);
  for (size_t slot = 0; slot < names_.size(); ++slot) {
    follower_[slot] = static_cast<int32_t>(slot);
    size_t at = hash(names_[slot]) & (table_.size() - 1);
    while (table_[at] != kUnknown) at = (at + 1) & (table_.size() - 1);
    table_[at] = static_cast<int32_t>(slot);
  }
  follower_.back() = kUnknown;
}

// Length, first and last bytes: enough to tell names of one schema apart.
size_t FieldNames::hash(std::string_view name) {
  uint64_t first = 0;
  uint64_t last = 0;
  const size_t taken = name.size() < 8 ? name.size() : 8;
  std::memcpy(&first, name.data(), taken);
  std::memcpy(&last, name.data() + name.size() - taken, taken);
  const uint64_t mixed = (first ^ std::rotl(last, 29) ^ name.size()) * 0x9E3779B97F4A7C15U;
  return mixed >> 32;
}

int32_t FieldNames::look_up(std::string_view name) const {
  for (size_t at = hash(name) & (table_.size() - 1);; at = (at + 1) & (table_.size() - 1)) {
    const int32_t slot = table_[at];
    if (slot == kUnknown || same(names_[static_cast<size_t>(slot)], name)) return slot;
  }
}

}  // namespace streamworker
