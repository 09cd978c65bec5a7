#include "config/tables.h"

#include <algorithm>
#include <cctype>

#include "base/human.h"
#include "config/keys.h"

namespace streamworker::config {

namespace {

bool is_field(const std::string& text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// False, and a problem: it is not one kind of window with what belongs to it.
bool check_kind(const Spot& spot, const Window& window) {
  const int kinds = (window.tumbling ? 1 : 0) + (window.hopping ? 1 : 0) + (window.session ? 1 : 0);
  if (kinds != 1)
    spot.problem(kinds == 0 ? "say one of `tumbling: 5m`, `hopping: 5m` and `session: 10m`"
                            : "only one of `tumbling`, `hopping` and `session`");
  else if (window.hopping && !window.every)
    spot.problem("hopping needs `every: …` too");
  else if (window.every && !window.hopping)
    spot.problem_at("every", "is for `hopping`");
  else if (window.every && *window.every > *window.hopping)
    spot.problem_at("every", "is longer than the windows, so that records would fall between them");
  else
    return true;
  return false;
}

void check_times(const Spot& spot) {
  for (const char* key : {"tumbling", "hopping", "every", "session", "grace"}) {
    const auto* entry = spot.yaml.find(key);
    Duration span{};
    if (entry != nullptr && Span{}.from_text(entry->value.text, span) &&
        span % std::chrono::milliseconds(1) != Duration(0))
      spot.problem_at(key, "event time is in milliseconds: say a whole number of them");
  }
}

}  // namespace

void KeyColumns::read(const Spot& spot, std::vector<Column>& value) const {
  value.clear();
  if (!spot.is_scalar()) return Columns{true}.read(spot, value);
  auto text = spot.text("a field or an expression");
  if (!text) return;
  const std::string name = is_field(text->value) ? text->value : "key";
  value.push_back({name, std::move(*text), {}});
}

Tree KeyColumns::schema() const {
  return Tree::map(
      {{"anyOf", Tree::list({Tree::map({{"type", Tree::of("string")}}), Columns{true}.schema()})}});
}

Tree KeyColumns::show(const std::vector<Column>& value) const { return Columns{true}.show(value); }

void TableColumns::read(const Spot& spot, std::vector<TableColumn>& value) const {
  if (!spot.is_map()) return spot.unexpected("a mapping of column to expression");
  for (const auto& entry : spot.yaml.entries) {
    const Spot child = spot.child(entry);
    TableColumn& column = value.emplace_back();
    column.name = entry.key;
    const bool fold = child.yaml.find("init") != nullptr || child.yaml.find("next") != nullptr;
    if (child.is_map() && fold)
      read_mapping(child, column);
    else
      read_column(child, entry.at, entry.key, column);
  }
  if (spot.yaml.entries.empty()) spot.problem("names nothing");
}

Tree TableColumns::schema() const {
  Column column;
  TableColumn fold;
  return Tree::map({{"type", Tree::of("object")},
                    {"additionalProperties",
                     Tree::map({{"anyOf", Tree::list({expression_schema(), schema_mapping(column),
                                                      schema_mapping(fold)})}})}});
}

Tree TableColumns::show(const std::vector<TableColumn>& value) const {
  Tree out = Tree::map();
  for (TableColumn column : value)
    out.add(column.name, column.init ? show_mapping(column) : show_column(column));
  return value.empty() ? Tree() : out;
}

void WindowKeys::read(const Spot& spot, Window& value) const {
  read_mapping(spot, value);
  value.at = spot.yaml.at;
  value.path = spot.path;
  if (!spot.is_map() || !check_kind(spot, value)) return;
  check_times(spot);
  if (value.grace && *value.grace > value.kept())
    spot.problem_at("grace", "is longer than `expires`, " + format_duration(value.kept()) +
                                 (value.expires ? "" : " when it is not said"));
}

Tree WindowKeys::schema() const {
  Window window;
  return schema_mapping(window);
}

Tree WindowKeys::show(const Window& value) const {
  Window copy = value;
  return show_mapping(copy);
}

}  // namespace streamworker::config
