// The key of a record by expressions, as text on the wire (record/key.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/key.h"
#include "sql/expressions.h"

namespace streamworker {

class KeyOf {
 public:
  // Throws sql::ExpressionError. `topic` is what `_topic` stands for.
  KeyOf(sql::Engine& engine, const Schema& in, const std::vector<std::string>& expressions,
        const std::string& topic);
  // None: the key is null. The text is valid until the next call. Skip: an expression failed.
  Result<std::optional<std::string_view>> of(const Value* row, const Meta& meta);

 private:
  sql::Expressions expressions_;
  KeyText key_;
  std::vector<Value> values_;
  Arena arena_;
  std::string text_;
};

}  // namespace streamworker
