// The columns of a batch: their names and types, in the order of the slots.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/value.h"

namespace streamworker {

struct Field {
  std::string name;
  FieldType type;
  bool nullable = false;
  // Of timestamps, dates: how they are written (see TimestampFormat); empty: iso in UTC.
  std::string format = {};
  std::string timezone = {};
  bool operator==(const Field&) const = default;
};

class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Field> fields) : fields_(std::move(fields)) {}

  size_t size() const { return fields_.size(); }
  const Field& operator[](size_t slot) const { return fields_[slot]; }
  const std::vector<Field>& fields() const { return fields_; }
  // Names are compared exactly. Schemas are short; this is for start, not for records.
  std::optional<size_t> find(std::string_view name) const;
  // "ad_type, currency, id": sorted, for messages.
  std::string names() const;
  bool operator==(const Schema&) const = default;

 private:
  std::vector<Field> fields_;
};

}  // namespace streamworker
