// What a route on a table answers (DESIGN 7.5): the object of its `select` over a key's row, or
// over the row that stands for one that is not there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "query/table_reader.h"
#include "runtime/route_plan.h"

namespace streamworker::query {

// What the parameters of a path are, by name.
using PathValues = std::map<std::string, std::string>;

// The key's fields as texts.
std::vector<std::string> key_texts(const TableRoute& route, const PathValues& path);

// One thread at a time, that of the engine.
class RouteReader {
 public:
  // All must outlive it.
  RouteReader(const TableRoute& route, TableReader& table, sql::Engine& engine);

  // Appends the object. False: there is no row, and no default. Skip: an expression failed.
  // `key`: the values of the key whose text is `text`.
  Result<bool> append(const Readable& from, const std::string& text, const std::vector<Value>& key,
                      std::string& out);

 private:
  bool fill_default(const std::vector<Value>& key);
  void add_key();

  const TableRoute& route_;
  TableReader& table_;
  sql::Expressions select_;
  RowJson json_;
  ShownRow shown_;
  Arena arena_;
  std::vector<Value> row_;
  std::vector<Value> out_;
};

}  // namespace streamworker::query
