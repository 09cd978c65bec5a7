#include "runtime/select.h"

#include <algorithm>

namespace streamworker {

namespace {

bool drops(const config::Select& select, const std::string& name) {
  return std::any_of(select.except.begin(), select.except.end(),
                     [&](const config::Text& one) { return one.value == name; });
}

}  // namespace

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

std::vector<sql::Column> all_columns(const Schema& in) {
  std::vector<sql::Column> columns;
  for (const Field& field : in.fields()) columns.push_back({field.name, quoted(field.name), {}});
  return columns;
}

std::vector<sql::Column> widened(const Schema& in, const Schema& to) {
  std::vector<sql::Column> columns;
  for (const Field& field : to.fields()) {
    if (in.find(field.name))
      columns.push_back({field.name, quoted(field.name), {}});
    else
      columns.push_back({field.name, "NULL", field.type});
  }
  return columns;
}

std::vector<sql::Column> columns_of(const config::Select& select, const Schema& in,
                                    std::vector<config::Problem>& problems) {
  for (const config::Text& name : select.except)
    if (!in.find(name.value))
      problems.push_back(
          {name.at, name.path, "no such column: " + name.value + "; columns here: " + in.names()});
  std::vector<sql::Column> columns;
  if (select.all || !select.except.empty())
    for (sql::Column& kept : all_columns(in))
      if (!drops(select, kept.name)) columns.push_back(std::move(kept));
  for (const config::Column& made : select.columns) {
    sql::Column column{made.name, made.expression.value, made.type};
    auto same = std::find_if(columns.begin(), columns.end(),
                             [&](const sql::Column& one) { return one.name == made.name; });
    if (same == columns.end())
      columns.push_back(std::move(column));
    else
      *same = std::move(column);
  }
  return columns;
}

}  // namespace streamworker
