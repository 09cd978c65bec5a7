// The routes of the file, compiled: what http/ answers under paths of the user's (DESIGN 7.5).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/spec.h"
#include "record/arena.h"
#include "record/schema.h"
#include "sql/expressions.h"

namespace streamworker {

struct TableRoute {
  std::string table;
  std::vector<std::vector<config::PathPart>> key;  // of each field of the table's key
  Schema row;                       // as the table shows it, and `key` where nothing is called so
  std::vector<sql::Column> select;  // over `row`
  // Of the row that stands for one that is not there, the columns behind the key, as text (none:
  // null). None at all: there is no such row.
  std::optional<std::vector<std::optional<std::string>>> defaults;
};
struct DatabaseRoute {
  std::string database;
  std::string sql;
};
struct RoutePlan {
  std::string path;  // as the file has it
  std::vector<config::PathPart> parts;
  std::variant<TableRoute, DatabaseRoute> answer;
};

// A constant as a value of the field; a number where the type is any and it is written like one.
// None: it does not fit.
std::optional<Value> constant_of(const Field& field, const std::string& text, Arena& arena);

}  // namespace streamworker
