#include "runtime/describe.h"

#include <algorithm>

#include "base/human.h"
#include "config/format.h"
#include "runtime/table_definition.h"

namespace streamworker {

namespace {

// "kafka topic users, json, 3 fields"
std::string topic_in_words(const config::File& file, const config::Stream& stream) {
  const std::string fields =
      stream.schema.empty()
          ? "any " + to_string(stream.format)
          : fmt::format("{}, {} field{}", to_string(stream.format), stream.schema.size(),
                        stream.schema.size() == 1 ? "" : "s");
  return fmt::format("{} topic {}, {}", file.kafka.embedded() ? "embedded" : "kafka", stream.topic,
                     fields);
}

std::string source_in_words(const config::File& file, const config::Text& name) {
  for (const config::Stream& stream : file.streams)
    if (stream.name == name.value)
      return fmt::format("{} ({})", stream.name, topic_in_words(file, stream));
  return name.value;
}

std::string join(const std::vector<std::string>& parts, const std::string& between) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : between) + part;
  return all;
}

void add_limits(const config::Pipeline& pipeline, std::vector<std::string>& steps) {
  if (!pipeline.batch) return;
  steps.push_back(fmt::format("batches of {} / {}", pipeline.batch->size,
                              format_duration(pipeline.batch->window)));
}

std::string pipeline_in_words(const config::File& file, const config::Pipeline& pipeline) {
  std::vector<std::string> from;
  for (const config::Text& name : pipeline.from) from.push_back(source_in_words(file, name));
  std::vector<std::string> steps = {join(from, " + "), pipeline.name};
  if (pipeline.where) steps.push_back("where " + pipeline.where->value);
  if (!pipeline.select.empty()) steps.push_back("select");
  if (pipeline.explode) steps.push_back("one for each of " + pipeline.explode->of.value);
  if (pipeline.partition_key) steps.push_back("by " + pipeline.partition_key->value);
  add_limits(pipeline, steps);
  if (pipeline.paused.value_or(false)) steps.push_back("paused");
  std::vector<std::string> to;
  for (const config::Sink& sink : pipeline.sinks) to.push_back(sink_in_words(sink));
  if (!to.empty()) steps.push_back(join(to, ", "));
  return join(steps, " → ");
}

std::string table_in_words(const config::File& file, const config::Table& table) {
  std::vector<std::string> from;
  for (const config::Text& name : table.from) from.push_back(source_in_words(file, name));
  if (table.has_topic()) from.push_back(topic_in_words(file, table.source));
  std::vector<std::string> steps = {join(from, " + "), "table " + table.name};
  if (table.where) steps.push_back("where " + table.where->value);
  std::vector<std::string> key;
  for (const config::Column& column : table.key) key.push_back(column.expression.value);
  steps.push_back("by " + join(key, ", "));
  if (table.global) steps.push_back("all of it on every worker");
  if (table.window) steps.push_back(window_in_words(*table.window));
  if (table.window && table.window->close_when_idle)
    steps.push_back("closed when idle for " + format_duration(*table.window->close_when_idle));
  if (table.emit == config::Emit::Final) steps.push_back("each window at its close");
  if (table.ttl) steps.push_back("rows go after " + format_duration(*table.ttl));
  std::vector<std::string> to;
  for (const config::Sink& sink : table.sinks) to.push_back(sink_in_words(sink));
  if (!to.empty()) steps.push_back(join(to, ", "));
  return join(steps, " → ");
}

}  // namespace

std::string sink_in_words(const config::Sink& sink) {
  if (const auto* database = std::get_if<config::DatabaseSink>(&sink)) {
    const std::string table = database->database.value + "." + database->table.value;
    if (!database->upsert) return table + " (insert)";
    std::vector<std::string> key;
    for (const config::Text& column : database->key) key.push_back(column.value);
    return table + " (upsert by " + join(key, ", ") + ")";
  }
  if (const auto* topic = std::get_if<config::TopicSink>(&sink))
    return "topic " + topic->topic.value;
  if (const auto* out = std::get_if<config::FileSink>(&sink)) return "file " + out->path;
  return "log";
}

std::vector<std::string> pipelines_in_words(const config::File& file) {
  std::vector<std::string> lines;
  for (const config::Pipeline& pipeline : file.pipelines)
    lines.push_back(pipeline_in_words(file, pipeline));
  for (const config::Table& table : file.tables) lines.push_back(table_in_words(file, table));
  return lines;
}

std::vector<std::string> own_topics(const config::File& file, const Plan& plan) {
  std::vector<std::string> topics;
  for (const Stage& stage : plan.stages)
    if (stage.stream == nullptr) topics.push_back(stage.topic);
  for (const std::string& changelog : changelogs_of(plan)) topics.push_back(changelog);
  if (keeps_dead_letters(plan)) topics.push_back(file.dead_letters.topic);
  return topics;
}

}  // namespace streamworker
