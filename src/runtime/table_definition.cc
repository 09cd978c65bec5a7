#include "runtime/table_definition.h"

#include "base/format.h"
#include "base/human.h"

namespace streamworker {

namespace {

std::string in_words(const config::TableColumn& column) {
  std::string out;
  if (column.init) out = "from " + column.init->value + " by ";
  out += column.expression.value;
  if (column.type) out += " as " + to_string(*column.type);
  return out;
}

std::string in_words(const config::Field& field) {
  std::string out = to_string(field.type);
  if (field.nullable) out += '?';
  if (field.default_value) out += ", default " + *field.default_value;
  return out;
}

}  // namespace

std::string window_in_words(const config::Window& window) {
  std::string out = window.tumbling ? "tumbling " + format_duration(*window.tumbling)
                    : window.hopping
                        ? fmt::format("hopping {} every {}", format_duration(*window.hopping),
                                      format_duration(*window.every))
                        : "session " + format_duration(*window.session);
  if (window.grace) out += ", grace " + format_duration(*window.grace);
  return out;
}

std::string definition(const config::Table& table) {
  std::string out;
  const auto line = [&](const std::string& name, const std::string& what) {
    out += fmt::format("{}: {}\n", name, what);
  };
  if (table.has_topic()) line("topic", table.source.topic);
  for (const config::Text& from : table.from) line("from", from.value);
  if (table.where) line("where", table.where->value);
  for (const config::Column& key : table.key) line("key", key.expression.value);
  if (table.window) line("window", window_in_words(*table.window));
  for (const config::TableColumn& column : table.columns)
    line("columns." + column.name, in_words(column));
  for (const config::Field& field : table.source.schema)
    line("schema." + field.name, in_words(field));
  if (table.ttl) line("ttl", "kept");  // how long may change: rows say when they were changed
  if (table.having) line("having", table.having->value);
  return out;
}

}  // namespace streamworker
