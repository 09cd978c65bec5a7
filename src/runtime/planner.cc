#include "runtime/planner.h"

#include <algorithm>
#include <stdexcept>

#include "codec/message_decoder.h"
#include "codec/stream_schema.h"
#include "config/all_streams.h"
#include "runtime/select.h"
#include "runtime/timer_check.h"

namespace streamworker {

Planner::Planner(const config::File& file) : file_(file), engine_(clock_) {}

Plan Planner::run() {
  std::map<std::string, const config::Stream*> topics;
  for (const config::Stream* stream : config::all_streams(file_)) {
    auto [same, fresh] = topics.emplace(stream->topic, stream);
    if (fresh) continue;
    const config::Stream& first = *same->second;
    problems_.push_back({stream->at, stream->path,
                         "topic " + stream->topic + " is read by " + first.path +
                             " already; let both " +
                             (stream->is_table || first.is_table ? "" : "pipelines ") +
                             "say `from: " + first.name + "`"});
  }
  for (const config::Pipeline& pipeline : file_.pipelines) (void)pipeline_source(pipeline);
  for (const config::Table& table : file_.tables) (void)table_source(table);
  if (file_.settings) check_database(file_.settings->database);
  add_routes();
  for (config::Problem& each : check_timers(file_)) problems_.push_back(std::move(each));
  if (!problems_.empty()) throw config::ConfigError(file_.path, std::move(problems_));
  ask_for_marks();
  take_globals();
  std::erase_if(plan_.stages, [](const Stage& stage) {  // nothing that is read there goes anywhere
    return std::none_of(stage.nodes.begin(), stage.nodes.end(), is_sink);
  });
  return std::move(plan_);
}

void Planner::problem(const config::Text& at, const std::string& message) {
  problems_.push_back({at.at, at.path, message});
}

const Planner::Source* Planner::source_of(const config::Text& name) {
  for (const config::Stream& stream : file_.streams)
    if (stream.name == name.value) return stream_source(stream);
  if (open_.contains(name.value)) {
    problem(name, "a cycle: " + name.value + " reads what it makes itself");
    return nullptr;
  }
  for (const config::Pipeline& pipeline : file_.pipelines)
    if (pipeline.name == name.value) return pipeline_source(pipeline);
  for (const config::Table& table : file_.tables) {
    if (table.name != name.value) continue;
    if (!table.global) return table_source(table);
    problem(name,
            name.value +
                " is a global table: every worker has all of its rows, and each would hand "
                "on every change. Leave out its `global`: then each change is handed on once");
    return nullptr;
  }
  std::vector<std::string> known;
  for (const config::Stream& stream : file_.streams) known.push_back(stream.name);
  for (const config::Pipeline& pipeline : file_.pipelines) known.push_back(pipeline.name);
  for (const config::Table& table : file_.tables) known.push_back(table.name);
  problem(name, "no stream, pipeline or table is called " + name.value +
                    config::did_you_mean(name.value, known));
  return nullptr;
}

const Planner::Source* Planner::stream_source(const config::Stream& stream) {
  if (failed_.contains(stream.name)) return nullptr;
  if (auto found = sources_.find(stream.name); found != sources_.end()) return &found->second;
  auto source = topic_source(stream);
  if (source) return &sources_.emplace(stream.name, std::move(*source)).first->second;
  failed_.insert(stream.name);
  return nullptr;
}

std::optional<Planner::Source> Planner::topic_source(const config::Stream& stream) {
  const Schema schema = stream_schema(stream);
  const size_t before = problems_.size();
  for (const config::Text& key : stream.key) (void)slot_of(schema, key);
  if (stream.timestamp)
    if (auto slot = slot_of(schema, *stream.timestamp);
        slot && schema[*slot].type.type != Type::Timestamp)
      problem(*stream.timestamp, "column " + stream.timestamp->value + " is " +
                                     to_string(schema[*slot].type) + ", not timestamp");
  if (problems_.size() == before) try_decoder(stream);
  if (problems_.size() > before) return {};
  Outlet outlet{plan_.stages.size(), -1, {}};
  if (stream.key.size() == 1 && stream.partitioner == config::Partitioner::Murmur2)
    outlet.keyed_by = stream.key[0].value;
  plan_.stages.push_back({stream.name, stream.topic, &stream, schema, stream.on_error, false, {}});
  return Source{{outlet}, schema};
}

void Planner::try_decoder(const config::Stream& stream) {
  try {
    const MessageDecoder decoder(stream);
  } catch (const std::invalid_argument& error) {
    problems_.push_back({stream.at, stream.path + ".schema", error.what()});
  }
}

const Planner::Source* Planner::pipeline_source(const config::Pipeline& pipeline) {
  if (failed_.contains(pipeline.name)) return nullptr;
  if (auto found = sources_.find(pipeline.name); found != sources_.end()) return &found->second;
  open_.insert(pipeline.name);
  const size_t before = problems_.size();
  Source source = join_sources(pipeline);
  open_.erase(pipeline.name);
  if (source.outlets.empty()) {  // what is wrong with what it reads was told
    failed_.insert(pipeline.name);
    return nullptr;
  }
  if (problems_.size() == before) add_selects(pipeline, source);
  if (problems_.size() == before && pipeline.explode) add_explode(pipeline, source);
  if (problems_.size() == before && pipeline.partition_key) add_repartition(pipeline, source);
  if (problems_.size() == before)
    for (const config::Sink& sink : pipeline.sinks) add_sink(pipeline, source, sink);
  if (problems_.size() > before) {
    failed_.insert(pipeline.name);
    return nullptr;
  }
  return &sources_.emplace(pipeline.name, std::move(source)).first->second;
}

Planner::Source Planner::join_sources(const config::Pipeline& pipeline) {
  Source all;
  std::vector<std::pair<const Source*, const config::Text*>> parts;
  for (const config::Text& name : pipeline.from)
    if (const Source* one = source_of(name)) parts.emplace_back(one, &name);
  if (parts.size() != pipeline.from.size()) return all;
  if (parts.size() == 1) return *parts.front().first;
  for (const auto& [one, name] : parts)
    if (one->changes())
      problem(*name, name->value +
                         " is a table, or reads one, and cannot be united with others: "
                         "its changes replace rows");
  for (const auto& [one, name] : parts) unite(pipeline, all, *one, *name);
  for (const auto& [one, name] : parts) {
    Source widened_one = *one;
    if (!(one->schema == all.schema))
      add_transform(pipeline, widened_one, {"", widened(one->schema, all.schema)}, {});
    all.outlets.insert(all.outlets.end(), widened_one.outlets.begin(), widened_one.outlets.end());
  }
  return all;
}

// The columns of a union are those of all its sources, by name; one that a source lacks is null.
void Planner::unite(const config::Pipeline& pipeline, Source& all, const Source& more,
                    const config::Text& name) {
  std::vector<Field> fields = all.schema.fields();
  for (const Field& field : more.schema.fields()) {
    auto same = all.schema.find(field.name);
    if (!same) {
      fields.push_back(field);
    } else if (!(all.schema[*same].type == field.type)) {
      problem(name, "column " + field.name + " is " + to_string(field.type) + " in " + name.value +
                        " and " + to_string(all.schema[*same].type) + " in another source of " +
                        pipeline.name + "; give one of them another name or type in a select");
    }
  }
  all.schema = Schema(std::move(fields));
}

std::optional<size_t> Planner::slot_of(const Schema& schema, const config::Text& name) {
  auto slot = schema.find(name.value);
  if (slot) return slot;
  std::vector<std::string> known;
  for (const Field& field : schema.fields()) known.push_back(field.name);
  problem(name, "no such column: " + name.value + config::did_you_mean(name.value, known) +
                    "; columns here: " + schema.names());
  return {};
}

std::optional<Schema> Planner::try_expressions(const Schema& in, const TransformPlan& plan,
                                               const std::vector<const config::Text*>& texts,
                                               const config::Text* where) {
  try {
    return sql::Expressions(engine_, in, plan.where, plan.columns, "").schema();
  } catch (const sql::ExpressionError& error) {
    // Each alone, so that all faults are told.
    const size_t before = problems_.size();
    if (where != nullptr && !plan.where.empty()) try_expression(in, {plan.where, {}}, *where);
    for (size_t i = 0; i < texts.size() && i < plan.columns.size(); ++i)
      if (texts[i] != nullptr) try_expression(in, {"", {plan.columns[i]}}, *texts[i]);
    if (problems_.size() == before) problems_.push_back({{}, "pipelines", error.what()});
    return {};
  }
}

void Planner::try_expression(const Schema& in, const TransformPlan& plan,
                             const config::Text& text) {
  try {
    const sql::Expressions alone(engine_, in, plan.where, plan.columns, "");
  } catch (const sql::ExpressionError& error) {
    problem(text, error.what());
  }
}

int Planner::add_node(const Outlet& outlet, const std::string& pipeline, const std::string& sink,
                      Operation operation, const Schema& schema) {
  auto& nodes = plan_.stages[outlet.stage].nodes;
  bool changes = plan_.stages[outlet.stage].changes;
  if (outlet.node >= 0) {
    const Node& before = nodes[static_cast<size_t>(outlet.node)];
    changes = before.changes || std::holds_alternative<TablePlan>(before.operation);
  }
  nodes.push_back({pipeline, sink, outlet.node, std::move(operation), schema, changes});
  return static_cast<int>(nodes.size()) - 1;
}

void Planner::add_leaves(const config::Pipeline& pipeline, const Source& source,
                         const std::string& sink, const Operation& operation) {
  for (const Outlet& outlet : source.outlets)
    add_node(outlet, pipeline.name, sink, operation, source.schema);
}

}  // namespace streamworker
