// Rows → CSV: one row of RFC 4180, its fields in the order of the schema, without a line end.
// Compiled once from a schema; any thread.
//
// Null is an empty field, an empty text is `""`. What is written reads back as the same row through
// a CsvDecoder of the same fields.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "record/field_text.h"

namespace streamworker {

class CsvEncoder {
 public:
  // Throws std::invalid_argument: a bad format or timezone of a field.
  explicit CsvEncoder(const Schema& schema);

  // Appends the row. Skip, and nothing appended: a double that is not finite.
  Result<void> append(const Value* row, std::string& out) const;

 private:
  struct Column {
    std::string name;
    FieldText text;
  };
  std::vector<Column> columns_;
};

}  // namespace streamworker
