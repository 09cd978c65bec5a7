// Rows → JSON objects, for topics, files and people. Compiled once from a schema; any thread.
//
// What is written is always valid JSON and reads back as the same row through a JsonDecoder of the
// same fields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/field_text.h"
#include "record/schema.h"

namespace streamworker {

class JsonEncoder {
 public:
  // Throws std::invalid_argument: a bad format or timezone of a field.
  explicit JsonEncoder(const Schema& schema);

  // Appends `{"name":value,…}`, a field for each slot, in the order of the schema. Nulls are
  // written. Skip, and nothing appended: a double that is not finite.
  Result<void> append(const Value* row, std::string& out) const;

 private:
  struct Member {
    std::string opening;  // `,"name":`, escaped
    FieldText text;
  };
  std::vector<Member> members_;
};

}  // namespace streamworker
