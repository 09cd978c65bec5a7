#include "config/select.h"

#include <algorithm>
#include <cctype>

#include "config/keys.h"

namespace streamworker::config {

namespace {

bool is_identifier(const std::string& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  return (std::isalpha(first) != 0 || first == '_') &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// A name that stands for itself.
void read_listed(const Spot& spot, std::vector<Column>& columns) {
  auto text = spot.text("a name");
  if (!text) return;
  if (!is_identifier(text->value))
    return spot.problem(quote(text->value) +
                        " is not a name; an expression is written {name: expression}");
  const std::string name = text->value;
  if (std::any_of(columns.begin(), columns.end(),
                  [&](const Column& column) { return column.name == name; }))
    return spot.problem(quote(name) + " is named twice");
  columns.push_back({name, std::move(*text), {}});
}

Select read_select(const Spot& spot) {
  Select select;
  select.at = spot.yaml.at;
  for (const auto& entry : spot.yaml.entries) {
    if (entry.key == "*") {
      select.all = true;
    } else if (entry.key == "except" && !spot.child(entry).is_map()) {
      select.all = true;
      Names{"field"}.read(spot.child(entry), select.except);
    } else {
      read_column(spot.child(entry), entry.at, entry.key, select.columns.emplace_back());
    }
  }
  if (spot.yaml.entries.empty()) spot.problem("selects nothing");
  return select;
}

Select read_names(const Spot& spot) {
  Select select;
  select.at = spot.yaml.at;
  for (size_t i = 0; i < spot.yaml.items.size(); ++i) {
    const Spot item = spot.item(i);
    if (item.is_map()) {
      item.problem("a list is either of names or of mappings; here are both");
    } else if (item.is_scalar() && item.yaml.text == "*") {
      select.all = true;
    } else {
      read_listed(item, select.columns);
    }
  }
  return select;
}

Tree columns_schema() {
  Column column;
  return Tree::map(
      {{"type", Tree::of("object")},
       {"additionalProperties",
        Tree::map({{"anyOf", Tree::list({expression_schema(), schema_mapping(column)})}})}});
}

Tree list_of(Tree items) {
  return Tree::map({{"type", Tree::of("array")}, {"items", std::move(items)}});
}

}  // namespace

void read_column(const Spot& spot, Mark at, const std::string& name, Column& column) {
  column.name = name;
  if (name.empty()) spot.reading.problem(at, spot.path, "a column without a name");
  if (spot.is_map())
    read_mapping(spot, column);
  else
    expression().read(spot, column.expression);
}

Tree show_column(const Column& column) {
  if (!column.type) return Tree::of(column.expression.value);
  return Tree::map(
      {{"expr", Tree::of(column.expression.value)}, {"type", Tree::of(to_string(*column.type))}});
}

Tree expression_schema() {
  return Tree::map(
      {{"type", Tree::list({Tree::of("string"), Tree::of("number"), Tree::of("boolean"),
                            Tree::of("array"), Tree::of("null")})}});
}

void Columns::read(const Spot& spot, std::vector<Column>& value) const {
  if (spot.is_list() && lists) {
    for (size_t i = 0; i < spot.yaml.items.size(); ++i) read_listed(spot.item(i), value);
  } else if (spot.is_map()) {
    for (const auto& entry : spot.yaml.entries)
      read_column(spot.child(entry), entry.at, entry.key, value.emplace_back());
  } else {
    return spot.unexpected(lists ? "a mapping of column to expression, or a list of names"
                                 : "a mapping of field to expression");
  }
  if (spot.yaml.entries.empty() && spot.yaml.items.empty()) spot.problem("names nothing");
}

std::string Columns::kind() const {
  const std::string mapping = "mapping of name to expression or {expr, type}";
  return lists ? mapping + ", or list of names" : mapping;
}

Tree Columns::schema() const {
  if (!lists) return columns_schema();
  Tree names = list_of(Tree::map({{"type", Tree::of("string")}}));
  return Tree::map({{"anyOf", Tree::list({columns_schema(), std::move(names)})}});
}

Tree Columns::show(const std::vector<Column>& value) const {
  Tree out = Tree::map();
  for (const Column& column : value) out.add(column.name, show_column(column));
  return value.empty() ? Tree() : out;
}

void Selects::read(const Spot& spot, std::vector<Select>& value) const {
  if (spot.is_map()) {
    value = {read_select(spot)};
    return;
  }
  if (spot.is_scalar() && spot.yaml.text == "*") {
    value = {Select{true, {}, {}, spot.yaml.at}};
    return;
  }
  if (!spot.is_list())
    return spot.unexpected(
        "a mapping of name to expression, a list of names, or a list of mappings");
  if (spot.yaml.items.empty()) return spot.problem("selects nothing");
  if (!spot.item(0).is_map()) {
    value = {read_names(spot)};
    return;
  }
  for (size_t i = 0; i < spot.yaml.items.size(); ++i) {
    const Spot item = spot.item(i);
    if (item.is_map())
      value.push_back(read_select(item));
    else
      item.problem("a list is either of names or of mappings; here are both");
  }
}

std::string Selects::kind() const {
  return "mapping of name to expression or {expr, type}, list of names, or list of mappings";
}

Tree Selects::schema() const {
  Tree names = list_of(Tree::map({{"type", Tree::of("string")}}));
  return Tree::map(
      {{"anyOf", Tree::list({columns_schema(), std::move(names), list_of(columns_schema())})}});
}

Tree Selects::show(const std::vector<Select>& value) const {
  Tree out = Tree::list();
  for (const Select& select : value) {
    Tree one = Tree::map();
    if (select.all) one.add("*", Tree::of(true));
    if (!select.except.empty()) {
      Tree names = Tree::list();
      for (const Text& name : select.except) names.push(Tree::of(name.value));
      one.add("except", std::move(names));
    }
    for (const Column& column : select.columns) one.add(column.name, show_column(column));
    out.push(std::move(one));
  }
  return value.empty() ? Tree() : out;
}

}  // namespace streamworker::config
