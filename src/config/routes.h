// The shape of `http.routes`, and a route's keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/fields.h"
#include "config/mapping.h"
#include "config/places.h"
#include "config/select.h"
#include "config/spec.h"

namespace streamworker::config {

// Of paths to routes. No path is one of the worker's own, or one that another route answers, too.
struct Routes {
  void read(const Spot& spot, std::vector<Route>& value) const;
  std::string kind() const { return "mapping of path to route"; }
  Tree schema() const;
  Tree show(const std::vector<Route>& value) const;
};

// {column: value}; values are checked where the columns' types are known.
struct Constants {
  using TakesOptional = void;
  void read(const Spot& spot, std::optional<std::vector<Constant>>& value) const;
  std::string kind() const { return "mapping of column to value"; }
  Tree schema() const { return Tree::map({{"type", Tree::of("object")}}); }
  Tree show(const std::optional<std::vector<Constant>>& value) const;
};

// A text with `{name}` in it, as its parts. None: a brace is missing, or a name is none.
std::optional<std::vector<PathPart>> parts_of(const std::string& text);
// The first segments of all paths that are the worker's own.
const std::vector<std::string>& own_paths();

template <class V>
void keys(V& v, Route& r) {
  v("table", r.table, TextOf{"name of a table"}, "the table whose row is the answer");
  v("key", r.key, Names{"text with `{parameter}`"},
    "the row's key; a list where the table's key has several fields");
  v("select", r.select, Columns{false},
    "the answer's fields: SQL over the row's columns, its key's fields and `key`; default: the "
    "columns");
  v("default", r.fallback, Constants{},
    "columns of the row that stands for one that is not there; default: 404");
  v("database", r.database, TextOf{"name of a database"}, "the database whose rows are the answer");
  v("sql", r.sql, TextOf{"query"}, "the query; :name is the path's {name}");
}

}  // namespace streamworker::config
