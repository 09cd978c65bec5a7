// A value as JSON knows it, in the order in which it was made: what `show`, the JSON Schema and the
// reference are written from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace streamworker::config {

class Tree {
 public:
  using List = std::vector<Tree>;
  using Map = std::vector<std::pair<std::string, Tree>>;

  Tree() = default;  // null
  static Tree of(bool v) { return Tree(v); }
  static Tree of(int64_t v) { return Tree(v); }
  static Tree of(double v) { return Tree(v); }
  static Tree of(std::string v) { return Tree(std::move(v)); }
  static Tree of(const char* v) { return Tree(std::string(v)); }
  static Tree list(List items = {}) { return Tree(std::move(items)); }
  static Tree map(Map entries = {}) { return Tree(std::move(entries)); }

  bool is_null() const { return value_.index() == 0; }
  // Appends to a map. REQUIRES: made by `map`.
  Tree& add(std::string key, Tree value) {
    std::get<Map>(value_).emplace_back(std::move(key), std::move(value));
    return *this;
  }
  // Appends to a list. REQUIRES: made by `list`.
  void push(Tree value) { std::get<List>(value_).push_back(std::move(value)); }
  const List* as_list() const { return std::get_if<List>(&value_); }
  const Map* as_map() const { return std::get_if<Map>(&value_); }
  // Of a map; null: no such key, or no map.
  const Tree* find(std::string_view key) const {
    const Map* map = as_map();
    for (size_t i = 0; map != nullptr && i < map->size(); ++i)
      if ((*map)[i].first == key) return &(*map)[i].second;
    return nullptr;
  }
  const std::string* as_text() const { return std::get_if<std::string>(&value_); }

  // Indented by two; on one line when `wide`.
  std::string json(bool wide = false) const;
  // Block style, as a person would write it; `$` that would be replaced is doubled.
  std::string yaml() const;

 private:
  template <class T>
  explicit Tree(T v) : value_(std::move(v)) {}

  std::variant<std::monostate, bool, int64_t, double, std::string, List, Map> value_;
};

}  // namespace streamworker::config
