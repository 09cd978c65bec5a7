// The key of a record by an expression, as text on the wire (record/key.h).
#pragma once

#include <optional>
#include <string>

#include "record/key.h"
#include "sql/expressions.h"

namespace streamworker {

class KeyOf {
 public:
  // Throws sql::ExpressionError. `topic` is what `_topic` stands for.
  KeyOf(sql::Engine& engine, const Schema& in, const std::string& expression,
        const std::string& topic);
  // None: the key is null. The text is valid until the next call. Skip: the expression failed.
  Result<std::optional<std::string_view>> of(const Value* row, const Meta& meta);

 private:
  sql::Expressions expression_;
  KeyText key_;
  Arena arena_;
  std::string text_;
};

}  // namespace streamworker
