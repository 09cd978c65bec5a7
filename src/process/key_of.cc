#include "process/key_of.h"

namespace streamworker {

namespace {

std::vector<sql::Column> columns_of(const std::vector<std::string>& expressions) {
  std::vector<sql::Column> columns;
  columns.reserve(expressions.size());
  for (const std::string& one : expressions)
    columns.push_back({expressions.size() == 1 ? "key" : one, one, {}});
  return columns;
}

}  // namespace

KeyOf::KeyOf(sql::Engine& engine, const Schema& in, const std::vector<std::string>& expressions,
             const std::string& topic)
    : expressions_(engine, in, "", columns_of(expressions), topic),
      key_(expressions_.schema().fields()),
      values_(expressions.size()) {}

Result<std::optional<std::string_view>> KeyOf::of(const Value* row, const Meta& meta) {
  arena_.reset();
  if (auto made = expressions_.run(row, meta, arena_, values_.data()); !made) return made.error();
  text_.clear();
  auto there = key_.append(values_.data(), text_);
  if (!there) return there.error();
  if (!*there) return std::optional<std::string_view>();
  return std::optional<std::string_view>(text_);
}

}  // namespace streamworker
