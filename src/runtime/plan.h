// The compiled file: stages, and in each the tree of what happens to a record.
//
// A stage reads one topic and runs everything in process up to the topics and databases that it
// writes (DESIGN 4.1). A step that needs another key ends in a repartition topic, where a stage of
// its own name begins. Plans are data: app/ makes steps of them, once for each task.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/problems.h"
#include "config/spec.h"
#include "record/schema.h"
#include "sink/database.h"
#include "sql/expressions.h"

namespace streamworker {

// A where, and the columns of the select after it.
struct TransformPlan {
  std::string where;  // empty: every record
  std::vector<sql::Column> columns;
};
struct ExplodePlan {
  std::string as;
  std::string of;  // an expression, a JSON array
};
// Rows in the binary format, to another stage of this application.
struct RepartitionPlan {
  std::string topic;
  std::string key;  // an expression
};
struct TopicPlan {
  std::string topic;
  std::optional<std::string> key;  // an expression; none: the record's key
  config::Format format;
};
struct DatabasePlan {
  std::string database;
  std::string sink;  // <pipeline>/<table>: names the position
  Table table;
  config::BatchLimits batch;
};
struct FilePlan {
  std::string path;
  config::BatchLimits batch;
};
struct LogPlan {
  std::optional<std::string> expression;
  std::string level;
};
using Operation = std::variant<TransformPlan, ExplodePlan, RepartitionPlan, TopicPlan, DatabasePlan,
                               FilePlan, LogPlan>;

struct Node {
  std::string pipeline;
  // Which of the pipeline's sinks it belongs to: a table, "topic:out", "file:out.jsonl", "log".
  // Empty: what stands before the sinks.
  std::string sink;
  int input = -1;  // the node before it; -1: the stage's own records
  Operation operation;
  Schema schema;  // of what it hands on; a sink's: of what it gets
};

struct Stage {
  std::string name;  // of the stream, or of the pipeline behind a repartition
  std::string topic;
  const config::Stream* stream = nullptr;  // how to decode; null: a repartition topic
  Schema input;
  // What happens to bad records: as the stream says; behind a repartition the strictest of all
  // streams that its records come from.
  config::OnError on_error = config::OnError::DeadLetter;
  std::vector<Node> nodes;  // each after its input
};

// The name under which a node's progress is kept in the group's offsets: "store",
// "by_type-repartition"; empty: the node has a position of its own, or none.
std::string kafka_output(const Node& node);

// It writes something outside of the task.
bool is_sink(const Node& node);

struct Plan {
  std::vector<Stage> stages;
  std::vector<std::string> warnings;  // "pipelines.store.sink: nothing fixes the order …"
};

// Some stage says dead_letter.
bool keeps_dead_letters(const Plan& plan);

// `file` must outlive the plan. Throws ConfigError with all problems.
Plan compile(const config::File& file);

// "<app>-<name>-repartition"
std::string repartition_topic(const std::string& app, const std::string& name);

}  // namespace streamworker
