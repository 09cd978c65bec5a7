// What each key of a pipeline adds to the plan, in the order in which a record meets them.
#include <algorithm>

#include "base/format.h"
#include "codec/message_encoder.h"
#include "config/all_streams.h"
#include "config/format.h"
#include "runtime/planner.h"
#include "runtime/select.h"

namespace streamworker {

namespace {

// What a field is called after a transform that copies it; empty: it is gone or computed.
std::string renamed(const std::string& field, const std::vector<sql::Column>& columns) {
  for (const sql::Column& column : columns)
    if (!column.type && (column.expression == field || column.expression == quoted(field)))
      return column.name;
  return {};
}

const config::Text* text_of(const config::Select& select, const std::string& column) {
  for (const config::Column& made : select.columns)
    if (made.name == column) return &made.expression;
  return nullptr;
}

}  // namespace

void Planner::add_transform(const config::Pipeline& pipeline, Source& source, TransformPlan plan,
                            const std::vector<const config::Text*>& texts,
                            const std::string& sink) {
  const config::Text* where = pipeline.where ? &*pipeline.where : nullptr;
  Schema out = source.schema;
  for (Outlet& outlet : source.outlets) {
    const Schema& in =
        outlet.node < 0 ? plan_.stages[outlet.stage].input
                        : plan_.stages[outlet.stage].nodes[static_cast<size_t>(outlet.node)].schema;
    auto made = try_expressions(in, plan, texts, where);
    if (!made) return;
    out = *made;
    outlet.node = add_node(outlet, pipeline.name, sink, plan, out);
    outlet.keyed_by = renamed(outlet.keyed_by, plan.columns);
  }
  for (std::string& key : source.key) key = renamed(key, plan.columns);
  if (source.window_start) source.window_start = renamed(*source.window_start, plan.columns);
  if (source.changes()) tell_old(source);
  source.schema = out;
}

void Planner::add_selects(const config::Pipeline& pipeline, Source& source) {
  std::string where = pipeline.where ? pipeline.where->value : "";
  if (pipeline.select.empty()) {
    if (!where.empty()) add_transform(pipeline, source, {where, all_columns(source.schema)}, {});
    return;
  }
  const size_t before = problems_.size();
  for (const config::Select& select : pipeline.select) {
    TransformPlan plan{where, columns_of(select, source.schema, problems_)};
    where.clear();
    if (problems_.size() > before) return;
    std::vector<const config::Text*> texts;
    for (const sql::Column& column : plan.columns) texts.push_back(text_of(select, column.name));
    add_transform(pipeline, source, std::move(plan), texts);
    if (problems_.size() > before) return;
  }
}

void Planner::add_explode(const config::Pipeline& pipeline, Source& source) {
  const config::Explode& explode = *pipeline.explode;
  if (source.changes())
    return problem(explode.of, "a table's rows change as a whole, and cannot be taken apart");
  const TransformPlan probe{"", {{explode.as, explode.of.value, FieldType{Type::Json}}}};
  if (!try_expressions(source.schema, probe, {&explode.of}, nullptr)) return;
  std::vector<Field> fields;
  for (const Field& field : source.schema.fields())
    if (field.name != explode.as) fields.push_back(field);
  fields.push_back({explode.as, {Type::Json}, false});
  source.schema = Schema(std::move(fields));
  for (Outlet& outlet : source.outlets) {
    outlet.node = add_node(outlet, pipeline.name, "", ExplodePlan{explode.as, explode.of.value},
                           source.schema);
    if (outlet.keyed_by == explode.as) outlet.keyed_by.clear();
  }
}

void Planner::add_repartition(const config::Pipeline& pipeline, Source& source) {
  const config::Text& key = *pipeline.partition_key;
  if (source.changes())
    return problem(key,
                   "a pipeline that reads a table keeps the table's key; to group its rows by "
                   "something else make a table of them");
  if (!try_expressions(source.schema, {"", {{"key", key.value, {}}}}, {&key}, nullptr)) return;
  const bool keyed =
      std::all_of(source.outlets.begin(), source.outlets.end(), [&](const Outlet& outlet) {
        return outlet.keyed_by == key.value && source.outlets.size() == 1;
      });
  if (keyed) return;
  pass_through(pipeline.name, pipeline.name, source,
               {repartition_topic(file_.app, pipeline.name), {key.value}, false, {}});
  if (source.schema.find(key.value)) source.outlets.front().keyed_by = key.value;
}

void Planner::add_sink(const config::Pipeline& pipeline, const Source& source,
                       const config::Sink& sink) {
  if (const auto* database = std::get_if<config::DatabaseSink>(&sink))
    return add_database(pipeline, source, *database);
  if (const auto* topic = std::get_if<config::TopicSink>(&sink))
    return add_topic(pipeline, source, *topic);
  if (const auto* file = std::get_if<config::FileSink>(&sink)) {
    if (!files_.insert(file->path).second)
      problem({file->path, file->at, "pipelines." + pipeline.name + ".sink.file"},
              "another sink writes " + file->path + " already");
    if (!one_way_in(pipeline, source)) return;
    return add_leaves(pipeline, source, "file:" + file->path,
                      FilePlan{file->path, pipeline.batch.value_or(config::BatchLimits{})});
  }
  const auto& log = std::get<config::LogSink>(sink);
  LogPlan plan{{}, log.level};
  if (log.expression) {
    plan.expression = log.expression->value;
    if (!try_expressions(source.schema, {"", {{"text", *plan.expression, {}}}}, {&*log.expression},
                         nullptr))
      return;
  }
  add_leaves(pipeline, source, "log", plan);
}

// What a table has in common with pipelines.
bool Planner::is_table(const config::Pipeline& pipeline) const {
  return std::any_of(as_pipelines_.begin(), as_pipelines_.end(),
                     [&](const config::Pipeline& as) { return &as == &pipeline; });
}

// False, and a problem: the window's start is lost on the way.
bool Planner::set_window_key(const Source& source, const config::TopicSink& sink, TopicPlan& plan) {
  if (!source.window_start) return true;
  if (source.window_start->empty()) {
    problem(sink.topic,
            "a row's key holds its window_start: keep it in the select, or say "
            "what the `key` is");
    return false;
  }
  plan.window = TopicPlan::WindowKey{*source.window_start, source.text_key, source.key.size() > 1};
  return true;
}

void Planner::add_topic(const config::Pipeline& pipeline, const Source& all,
                        const config::TopicSink& sink) {
  const Source source = is_table(pipeline) ? without_key(pipeline, all) : all;
  TopicPlan plan{sink.topic.value, {}, sink.format, {}};
  for (const Outlet& outlet : source.outlets)
    if (const auto* from = plan_.stages[outlet.stage].stream; from && from->topic == plan.topic)
      problem(sink.topic, "a cycle: " + pipeline.name + " writes the topic that it reads");
  if (!check_format(pipeline, source, sink)) return;
  const config::Text* key = sink.key ? &*sink.key : nullptr;
  if (key == nullptr && pipeline.partition_key) key = &*pipeline.partition_key;
  if (key == nullptr && !set_window_key(source, sink, plan)) return;
  if (key != nullptr) {
    plan.key = key->value;
    if (!try_expressions(source.schema, {"", {{"key", key->value, {}}}}, {key}, nullptr)) return;
  }
  add_leaves(pipeline, source, "topic:" + plan.topic, plan);
}

bool Planner::check_format(const config::Pipeline& pipeline, const Source& source,
                           const config::TopicSink& sink) {
  const config::Format& format = sink.format;
  const size_t before = problems_.size();
  if (format.form == config::Form::Raw && !MessageEncoder::raw_fits(source.schema))
    problem({to_string(format), format.at, format.path},
            "raw writes one column, a string or bytes; these are: " + source.schema.names());
  const auto differs = [&](const config::Format& other, const std::string& who) {
    if (other == format) return;
    problem(sink.topic, fmt::format("topic {} is written as {} here, but {} as {}: say the same "
                                    "`format`",
                                    sink.topic.value, to_string(format), who, to_string(other)));
  };
  for (const config::Stream* stream : config::all_streams(file_))
    if (stream->topic == sink.topic.value) differs(stream->format, "read by " + stream->path);
  const auto [first, fresh] =
      formats_.try_emplace(sink.topic.value, FirstSink{pipeline.name, format});
  if (!fresh) differs(first->second.format, "by pipeline " + first->second.pipeline);
  return problems_.size() == before;
}

void Planner::check_database(const config::Text& name) {
  std::vector<std::string> known;
  for (const config::Database& one : file_.databases) known.push_back(one.name);
  if (std::find(known.begin(), known.end(), name.value) == known.end())
    problem(name, "no database is called " + name.value + config::did_you_mean(name.value, known));
}

void Planner::add_sink_columns(const config::Pipeline& pipeline, Source& source,
                               const config::DatabaseSink& sink) {
  if (sink.columns.empty()) return;
  TransformPlan plan;
  std::vector<const config::Text*> texts;
  for (const config::Column& column : sink.columns) {
    plan.columns.push_back({column.name, column.expression.value, column.type});
    texts.push_back(&column.expression);
  }
  add_transform(pipeline, source, std::move(plan), texts, sink.table.value);
}

void Planner::add_database(const config::Pipeline& pipeline, Source source,
                           const config::DatabaseSink& sink) {
  const size_t before = problems_.size();
  check_database(sink.database);
  if (source.changes()) {
    if (!sink.upsert)
      return problem(sink.table, "a table's rows change: say `upsert: [the table's key]`");
    const Source* behind = behind_table(pipeline, source, sink.table);
    if (behind == nullptr) return;
    source = *behind;
  }
  add_sink_columns(pipeline, source, sink);
  if (problems_.size() > before) return;
  Table table{sink.table.value, source.schema, sink.upsert, {}, {}, sink.create};
  for (const config::Text& key : sink.key)
    if (auto slot = slot_of(source.schema, key)) table.key.push_back(*slot);
  if (sink.newest) table.newest = slot_of(source.schema, *sink.newest);
  const std::string position = pipeline.name + "/" + sink.table.value;
  if (!positions_.insert(position).second)
    problem(sink.table,
            "pipeline " + pipeline.name + " writes table " + sink.table.value + " twice");
  if (problems_.size() > before || !one_way_in(pipeline, source)) return;
  check_order(pipeline, source, table);
  add_leaves(pipeline, source, sink.table.value,
             DatabasePlan{sink.database.value, position, table,
                          pipeline.batch.value_or(config::BatchLimits{})});
}

// A position counts records in the order of the topic; two ways through one task would mix them.
bool Planner::one_way_in(const config::Pipeline& pipeline, const Source& source) {
  std::set<size_t> stages;
  for (const Outlet& outlet : source.outlets)
    if (!stages.insert(outlet.stage).second) {
      problem(pipeline.from.front(),
              "two of its sources read the same topic in one task, which a database or file sink "
              "cannot follow: give each its own pipeline and sink, or add a partition_key");
      return false;
    }
  return true;
}

void Planner::check_order(const config::Pipeline& pipeline, const Source& source,
                          const Table& table) {
  if (!table.upsert || table.newest) return;
  std::vector<std::string> keys;
  for (const size_t slot : table.key) keys.push_back(table.columns[slot].name);
  const bool fixed =
      std::all_of(source.outlets.begin(), source.outlets.end(), [&](const Outlet& outlet) {
        return std::find(keys.begin(), keys.end(), outlet.keyed_by) != keys.end();
      });
  // A table's rows come in the order of its key's changes.
  const bool in_order =
      source.changes() &&
      std::all_of(source.key.begin(), source.key.end(), [&](const std::string& key) {
        return std::find(keys.begin(), keys.end(), key) != keys.end();
      });
  if (fixed || in_order) return;
  const std::string key = pipeline.partition_key
                              ? "partition_key is " + pipeline.partition_key->value
                              : "there is no partition_key";
  plan_.warnings.push_back("pipelines." + pipeline.name + ".sink: nothing fixes the order of one " +
                           keys.front() + "'s records (" + key +
                           "): add `newest: …`, or partition by " + keys.front());
}

}  // namespace streamworker
