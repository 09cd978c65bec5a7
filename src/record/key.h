// Keys as they stand on the wire: the bytes that choose a record's partition (DESIGN 1.1).
//
// One field: a string as it is; everything else as its JSON text without quotes, timestamps in the
// form of their field; null: a null key. Several fields: a JSON array of their JSON values, in
// which a null is `null`. Equal values of equal fields give equal bytes. Immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/field_text.h"

namespace streamworker {

class KeyText {
 public:
  // In the order of the parts; not empty. Throws std::invalid_argument: a bad format or timezone.
  explicit KeyText(const std::vector<Field>& fields);

  size_t size() const { return parts_.size(); }
  // Appends the key's bytes. False, and nothing appended: a null key. Skip: a double that is not
  // finite. `values` holds one for each field.
  Result<bool> append(const Value* values, std::string& out) const;
  // The same for a row whose parts stand in these slots.
  Result<bool> append(const Value* row, const std::vector<size_t>& slots, std::string& out) const;
  // The value of a key of one field. Strings are views of `text`. None: not of the field's type.
  // REQUIRES: size() == 1
  std::optional<Value> parse(std::string_view text, Arena& arena) const;

 private:
  template <class At>
  Result<bool> append_parts(At at, std::string& out) const;

  std::vector<FieldText> parts_;
  std::vector<std::string> names_;
};

}  // namespace streamworker
