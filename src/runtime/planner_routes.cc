// Routes: what they name must be there, and their expressions must compile.
#include <algorithm>

#include "base/format.h"
#include "config/find_database.h"
#include "config/reading.h"
#include "config/routes.h"
#include "runtime/planner.h"
#include "runtime/select.h"
#include "sink/parameters.h"
#include "sink/session.h"

namespace streamworker {

namespace {

std::vector<std::string> parameters_of(const config::Route& route) {
  std::vector<std::string> names;
  for (const config::PathPart& part : route.parts)
    if (part.parameter) names.push_back(part.text);
  return names;
}

std::string none_of_the_path(const std::string& name, const config::Route& route) {
  const auto known = parameters_of(route);
  return fmt::format("is no parameter of {}{}", route.path,
                     known.empty() ? ", which has none" : config::suggestion(name, known));
}

}  // namespace

void Planner::add_routes() {
  for (const config::Route& route : file_.routes) {
    if (route.table) add_table_route(route);
    if (route.database) add_database_route(route);
  }
}

void Planner::add_database_route(const config::Route& route) {
  check_database(*route.database);
  const auto* const database = config::find_database(file_, route.database->value);
  if (database == nullptr || !route.sql) return;
  const auto known = parameters_of(route);
  for (const auto& name : sink::parameter_names(sink::dialect_of(*database), route.sql->value))
    if (std::find(known.begin(), known.end(), name) == known.end())
      problem(*route.sql, fmt::format(":{} {}", name, none_of_the_path(name, route)));
  plan_.routes.push_back(
      {route.path, route.parts, DatabaseRoute{database->name, route.sql->value}});
}

void Planner::add_table_route(const config::Route& route) {
  const auto table = sources_.find(route.table->value);
  const bool known = std::any_of(file_.tables.begin(), file_.tables.end(),
                                 [&](const auto& one) { return one.name == route.table->value; });
  if (!known) {
    std::vector<std::string> names;
    for (const config::Table& one : file_.tables) names.push_back(one.name);
    return problem(*route.table, "no table " + config::quote(route.table->value) +
                                     config::suggestion(route.table->value, names));
  }
  if (table == sources_.end()) return;  // what is wrong with it was told
  const Source& source = table->second;
  if (source.window_start)
    return problem(*route.table, fmt::format("the table has windows; GET /tables/{}/… answers "
                                             "for them",
                                             route.table->value));
  TableRoute plan{route.table->value, {}, {}, {}, {}};
  if (!add_route_key(route, source, plan)) return;
  std::vector<Field> row = source.schema.fields();
  if (!source.schema.find("key"))
    row.push_back({"key", source.key.size() == 1 ? row[0].type : FieldType{Type::Json}, true});
  plan.row = Schema(std::move(row));
  add_route_select(route, source, plan);
  add_route_defaults(route, source, plan);
  plan_.routes.push_back({route.path, route.parts, std::move(plan)});
}

bool Planner::add_route_key(const config::Route& route, const Source& source, TableRoute& plan) {
  if (route.key.empty()) return false;
  const size_t before = problems_.size();
  if (route.key.size() != source.key.size())
    problem(route.key.front(),
            fmt::format("the table's key has {} field{}: {}", source.key.size(),
                        source.key.size() == 1 ? "" : "s", fmt::join(source.key, ", ")));
  const auto known = parameters_of(route);
  for (const config::Text& text : route.key) {
    const auto parts = config::parts_of(text.value);
    if (!parts) {
      problem(text,
              "expected a text with {parameters} of the path, got " + config::quote(text.value));
      continue;
    }
    for (const config::PathPart& part : *parts)
      if (part.parameter && std::find(known.begin(), known.end(), part.text) == known.end())
        problem(text, fmt::format("{{{}}} {}", part.text, none_of_the_path(part.text, route)));
    plan.key.push_back(*parts);
  }
  return problems_.size() == before;
}

void Planner::add_route_select(const config::Route& route, const Source& source, TableRoute& plan) {
  std::vector<const config::Text*> texts;
  for (const config::Column& column : route.select) {
    plan.select.push_back({column.name, column.expression.value, column.type});
    texts.push_back(&column.expression);
  }
  if (route.select.empty())
    for (size_t i = source.key.size(); i < source.schema.size(); ++i)
      plan.select.push_back({source.schema[i].name, quoted(source.schema[i].name), {}});
  (void)try_expressions(plan.row, {"", plan.select}, texts, nullptr);
}

void Planner::add_route_defaults(const config::Route& route, const Source& source,
                                 TableRoute& plan) {
  if (!route.fallback) return;
  const size_t first = source.key.size();
  plan.defaults.emplace(source.schema.size() - first);
  std::vector<std::string> names;
  for (size_t i = first; i < source.schema.size(); ++i) names.push_back(source.schema[i].name);
  for (const config::Constant& constant : *route.fallback) {
    const std::string& name = constant.column.value;
    const auto slot = source.schema.find(name);
    if (!slot || *slot < first) {
      problem(constant.column,
              config::quote(name) + " is no column of the table" + config::suggestion(name, names));
      continue;
    }
    Arena arena;
    if (constant.value && !constant_of(source.schema[*slot], *constant.value, arena))
      problem(constant.column,
              fmt::format("expected a value of type {}, got {}",
                          to_string(source.schema[*slot].type), config::quote(*constant.value)));
    (*plan.defaults)[*slot - first] = constant.value;
  }
}

}  // namespace streamworker
