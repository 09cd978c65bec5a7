#include "process/key_of.h"

namespace streamworker {

KeyOf::KeyOf(sql::Engine& engine, const Schema& in, const std::string& expression,
             const std::string& topic)
    : expression_(engine, in, "", {{"key", expression, {}}}, topic),
      key_(expression_.schema().fields()) {}

Result<std::optional<std::string_view>> KeyOf::of(const Value* row, const Meta& meta) {
  arena_.reset();
  Value value;
  if (auto made = expression_.run(row, meta, arena_, &value); !made) return made.error();
  text_.clear();
  auto there = key_.append(&value, text_);
  if (!there) return there.error();
  if (!*there) return std::optional<std::string_view>();
  return std::optional<std::string_view>(text_);
}

}  // namespace streamworker
