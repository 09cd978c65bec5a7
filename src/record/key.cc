#include "record/key.h"

namespace streamworker {
namespace {

Error not_finite(const std::string& name) {
  return skip("the key " + name + " is a double that is not finite");
}

}  // namespace

KeyText::KeyText(const std::vector<Field>& fields) {
  for (const Field& field : fields) {
    parts_.emplace_back(field);
    names_.push_back(field.name);
  }
}

template <class At>
Result<bool> KeyText::append_parts(At at, std::string& out) const {
  if (parts_.size() == 1) {
    if (at(0).is_null()) return false;
    if (!parts_[0].append_plain(at(0), out)) return not_finite(names_[0]);
    return true;
  }
  const size_t start = out.size();
  for (size_t i = 0; i < parts_.size(); ++i) {
    out += i == 0 ? '[' : ',';
    if (parts_[i].append_json(at(i), out)) continue;
    out.resize(start);
    return not_finite(names_[i]);
  }
  out += ']';
  return true;
}

Result<bool> KeyText::append(const Value* values, std::string& out) const {
  return append_parts([&](size_t i) -> const Value& { return values[i]; }, out);
}

Result<bool> KeyText::append(const Value* row, const std::vector<size_t>& slots,
                             std::string& out) const {
  return append_parts([&](size_t i) -> const Value& { return row[slots[i]]; }, out);
}

std::optional<Value> KeyText::parse(std::string_view text, Arena& arena) const {
  return parts_[0].parse(text, arena);
}

}  // namespace streamworker
