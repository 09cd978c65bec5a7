// What the planner finds out about a table on the way. Private to runtime/.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "runtime/planner.h"

namespace streamworker {

inline constexpr const char* kWindowStart = "window_start";
inline constexpr const char* kWindowEnd = "window_end";

struct Planner::TableParts {
  SplitColumns split;
  std::vector<config::Text> texts;  // of the split columns, `having` last
  bool has_having = false;
  std::vector<Aggregate> calls;  // the folds behind those of `split`
  FoldShape folds;
  std::vector<FieldType> fold_types;
  std::vector<Field> fold_fields;      // of the record, that folds name
  std::set<std::string> fold_columns;  // of the row, likewise
  Schema key;
  std::string fingerprint;
};

}  // namespace streamworker
