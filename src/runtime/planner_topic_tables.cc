// What a table whose rows are the records of a topic adds to the plan: the topic's own stage, a
// repartition where the topic is not partitioned by its key as Java clients do, and its rows.
#include <algorithm>

#include "base/format.h"
#include "runtime/planner.h"
#include "runtime/select.h"
#include "runtime/table_definition.h"
#include "table/columns.h"

namespace streamworker {

namespace {

bool is_key(const config::Table& table, const std::string& field) {
  return std::any_of(table.key.begin(), table.key.end(),
                     [&](const config::Column& key) { return key.name == field; });
}

// The key's fields, then the others in the order of the schema.
std::vector<Field> by_key(const config::Table& table, const Schema& schema) {
  std::vector<Field> fields;
  for (const config::Column& key : table.key) fields.push_back(schema[*schema.find(key.name)]);
  for (const Field& field : schema.fields())
    if (!is_key(table, field.name)) fields.push_back(field);
  return fields;
}

std::vector<sql::Column> copies_of(const std::vector<Field>& fields) {
  std::vector<sql::Column> columns;
  columns.reserve(fields.size());
  for (const Field& field : fields) columns.push_back({field.name, quoted(field.name), {}});
  return columns;
}

bool same_order(const std::vector<Field>& fields, const Schema& schema) {
  for (size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name != schema[i].name) return false;
  return true;
}

}  // namespace

// The fields of the record's key, and nothing that is made of them.
bool Planner::check_topic_key(const config::Table& table) {
  const size_t before = problems_.size();
  for (const config::Column& key : table.key)
    if (key.type || key.name != key.expression.value)
      problem(key.expression,
              "the key of a table whose rows come from a topic is that of the records: a field "
              "of the schema, or a list of them, under their own names");
  return problems_.size() == before;
}

Planner::Source Planner::newest(const config::Table& table, const config::Pipeline& as) {
  if (!check_topic_key(table)) return {};
  auto source = topic_source(table.source);
  if (!source) return {};
  const std::vector<Field> fields = by_key(table, source->schema);
  if (!same_order(fields, source->schema)) add_transform(as, *source, {"", copies_of(fields)}, {});
  TablePlan plan;
  plan.global = table.global;
  if (!table.global) plan.changelog = changelog_topic(file_.app, table.name);
  plan.fingerprint = definition(table);
  plan.newest = true;
  const auto key_end = fields.begin() + static_cast<long>(table.key.size());
  plan.key = Schema({fields.begin(), key_end});
  std::vector<Field> values = plan.key.fields();
  plan.columns = copies_of(values);
  for (auto field = key_end; field != fields.end(); ++field) {
    const std::string name = result_name(plan.calls.size());
    plan.columns.push_back({field->name, quoted(name), {}});
    values.push_back({name, field->type, true, field->format, field->timezone});
    plan.calls.push_back(
        *streamworker::compile({"last(" + field->name + ")", "last", {{field->type}}}));
  }
  plan.values = Schema(std::move(values));
  const size_t topic_stage = source->outlets.front().stage;
  if (table.global)
    globals_.insert(topic_stage);
  else
    partition_by_key(table, plan.key, *source);
  if (source->outlets.front().stage != topic_stage) plan_.stages[topic_stage].name += "-source";
  auto shown = try_expressions(plan.values, {"", plan.columns}, {}, nullptr);
  if (!shown) return {};
  add_table_node(table, *source, std::move(plan), std::move(*shown));
  return std::move(*source);
}

// Stages are referred to by their places until everything is planned.
void Planner::take_globals() {
  for (const size_t stage : globals_) plan_.globals.push_back(plan_.stages[stage]);
  for (auto stage = globals_.rbegin(); stage != globals_.rend(); ++stage)
    plan_.stages.erase(plan_.stages.begin() + static_cast<long>(*stage));
}

}  // namespace streamworker
