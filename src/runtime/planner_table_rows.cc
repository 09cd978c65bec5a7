// The rows of a table of aggregates: its key, the arguments that the steps before it make for its
// calls, and the columns that it shows.
#include <algorithm>

#include "base/format.h"
#include "runtime/select.h"
#include "runtime/table_definition.h"
#include "runtime/table_parts.h"

namespace streamworker {

namespace {

// How many of a call's arguments each record has; the others are constants.
size_t values_of(const SplitCall& call) {
  const bool two = call.function == "min_by" || call.function == "max_by";
  return std::min<size_t>(call.arguments.size(), two ? 2 : 1);
}

std::string argument_name(size_t i) { return fmt::format("#a{}", i); }

bool is_number(Type type) {
  return type == Type::Int || type == Type::Double || type == Type::Decimal || type == Type::Bool;
}

}  // namespace

void Planner::add_arguments(const config::Table& table, const config::Pipeline& as, Source& source,
                            TableParts& parts) {
  TransformPlan plan;
  plan.where = table.where ? table.where->value : "";
  std::vector<const config::Text*> texts;
  for (const config::Column& key : table.key) {
    if (table.window && (key.name == kWindowStart || key.name == kWindowEnd))
      problem(key.expression, key.name + " is a column of the window; give the key another name");
    plan.columns.push_back({key.name, key.expression.value, key.type});
    texts.push_back(&key.expression);
  }
  // The text of a column that has the call, for a message's place.
  std::vector<config::Text> of_call;
  for (const SplitCall& call : parts.split.calls) {
    const auto has = [&](const config::Text& text) {
      return text.value.find(call.text) != std::string::npos;
    };
    const auto found = std::find_if(parts.texts.begin(), parts.texts.end(), has);
    of_call.push_back(found == parts.texts.end() ? parts.texts.front() : *found);
  }
  size_t next = 0;
  for (size_t i = 0; i < parts.split.calls.size(); ++i) {
    const SplitCall& call = parts.split.calls[i];
    const auto add = [&](const std::string& expression) {
      plan.columns.push_back({argument_name(next++), expression, {}});
      texts.push_back(&of_call[i]);
    };
    if (call.filter) add("(" + *call.filter + ") IS TRUE");
    for (size_t k = 0; k < values_of(call); ++k) add(call.arguments[k]);
  }
  for (const Field& field : parts.fold_fields)
    plan.columns.push_back({field.name, quoted(field.name), {}});
  add_transform(as, source, std::move(plan), texts);
}

bool Planner::compile_calls(const config::Table& table, const Source& source, TableParts& parts) {
  const size_t before = problems_.size();
  std::vector<Field> key(source.schema.fields().begin(),
                         source.schema.fields().begin() + static_cast<long>(table.key.size()));
  parts.key = Schema(std::move(key));
  parts.fingerprint = definition(table);
  size_t slot = table.key.size();
  for (const SplitCall& split : parts.split.calls) {
    AggregateCall call{split.text, split.function, {}, split.filter.has_value(), split.as};
    if (split.filter) ++slot;
    for (size_t k = 0; k < split.arguments.size(); ++k) {
      const bool value = k < values_of(split);
      call.arguments.push_back(
          {value ? source.schema[slot++].type : FieldType{}, literal_number(split.arguments[k])});
      if (value)
        parts.fingerprint +=
            fmt::format("{}: {}\n", split.arguments[k], to_string(call.arguments.back().type));
    }
    compile_call(split, call, source.changes(), parts);
  }
  add_folds(table, source, parts);
  return problems_.size() == before;
}

void Planner::compile_call(const SplitCall& split, const AggregateCall& call, bool over_changes,
                           TableParts& parts) {
  const auto at = std::find_if(parts.texts.begin(), parts.texts.end(), [&](const auto& text) {
    return text.value.find(split.text) != std::string::npos;
  });
  const config::Text& place = at == parts.texts.end() ? parts.texts.front() : *at;
  auto compiled = streamworker::compile(call);
  if (!compiled)
    problem(place, split.text + " " + compiled.error().message);
  else if (over_changes && !compiled->takes_back())
    problem(place, split.text +
                       " cannot take back what a row of a table was before it changed; "
                       "count, sum, avg, stddev, variance, histogram and collect_ can");
  else
    parts.calls.push_back(std::move(*compiled));
}

// The columns and `having` over the results of the calls; what is wrong is told in the user's
// words.
std::optional<Schema> Planner::try_columns(const TablePlan& plan,
                                           const std::vector<const config::Text*>& texts,
                                           const TableParts& parts) {
  const size_t before = problems_.size();
  auto shown = try_expressions(plan.values, {"", plan.columns}, texts, nullptr);
  if (shown && parts.has_having) {
    std::vector<Field> judged = shown->fields();
    for (size_t i = 0; i < parts.calls.size(); ++i)
      judged.push_back({result_name(i), parts.calls[i].result, true});
    (void)try_expressions(Schema(judged), {plan.having, {}}, {}, &parts.texts.back());
  }
  std::vector<std::string> results;
  for (const Aggregate& call : parts.calls) results.push_back(call.text);
  for (size_t i = before; i < problems_.size(); ++i)
    problems_[i].message = as_written(problems_[i].message, results);
  return problems_.size() == before ? shown : std::nullopt;
}

void Planner::add_rows(const config::Table& table, Source& source, TableParts& parts) {
  TablePlan plan;
  plan.changelog = changelog_topic(file_.app, table.name);
  plan.fingerprint = parts.fingerprint;
  plan.key = parts.key;
  plan.window = table.window;
  plan.emit = table.emit;
  plan.ttl = table.ttl;
  plan.counted = source.changes();
  std::vector<Field> values = parts.key.fields();
  if (table.window)
    for (const char* name : {kWindowStart, kWindowEnd}) values.push_back({name, {Type::Timestamp}});
  std::vector<const config::Text*> texts(values.size(), nullptr);
  for (const Field& field : values) plan.columns.push_back({field.name, quoted(field.name), {}});
  for (size_t i = 0; i < parts.calls.size(); ++i)
    values.push_back({result_name(i), parts.calls[i].result, true});
  plan.values = Schema(values);
  auto columns = parts.split.columns;
  if (parts.has_having) {
    plan.having = columns.back().expression;
    columns.pop_back();
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (Schema(values).find(columns[i].name))
      problem(parts.texts[i],
              "the key or the window has a field of that name; give the column another");
    plan.columns.push_back(columns[i]);
    texts.push_back(&parts.texts[i]);
  }
  auto shown = try_columns(plan, texts, parts);
  if (!shown) return;
  plan.calls = std::move(parts.calls);
  plan.folds = std::move(parts.folds);
  add_table_node(table, source, std::move(plan), std::move(*shown));
}

void Planner::add_table_node(const config::Table& table, Source& source, TablePlan plan,
                             Schema shown) {
  source.key.clear();
  for (const Field& field : plan.key.fields()) source.key.push_back(field.name);
  source.window_start.reset();
  if (table.window) source.window_start = kWindowStart;
  source.text_key = plan.key.size() == 1 && !is_number(plan.key[0].type.type);
  Outlet& outlet = source.outlets.front();
  outlet.node = add_node(outlet, table.name, "", std::move(plan), shown);
  source.schema = std::move(shown);
  source.tables = {{outlet.stage, static_cast<size_t>(outlet.node)}};
}

}  // namespace streamworker
