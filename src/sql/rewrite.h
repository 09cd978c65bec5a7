// An expression as the user wrote it → the same for SQLite, with parameters where fields were
// named.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sql/names.h"

namespace streamworker::sql {

// What the parameters of a statement stand for: ?1 is the first. Each source has one at most.
using Parameters = std::vector<Source>;

struct Rewritten {
  std::string sql;  // in parentheses
  // Where each token stands: {in `sql`, in the user's text}, ascending.
  std::vector<std::pair<size_t, size_t>> places;
  // Of a fault that SQLite saw at `offset` of `sql`.
  size_t place(size_t offset) const;
};

// A name that stands for nothing here.
struct UnknownName {
  size_t at = 0;
  std::string name;
  bool quoted = false;
};

// Where SELECT occurs (as over json_each), names that are no fields are left to SQLite.
// New sources are added to `parameters`. Throws SyntaxFault, UnknownName.
Rewritten rewrite(const std::string& text, const Names& names, Parameters& parameters);

// The source, when the expression is nothing but its name. None also for text that is no
// expression.
std::optional<Source> bare_column(const std::string& text, const Names& names);

}  // namespace streamworker::sql
