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
#include "runtime/route_plan.h"
#include "sink/database.h"
#include "sql/expressions.h"
#include "table/aggregate_call.h"
#include "table/folds.h"

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
  std::vector<std::string> key;  // expressions
  bool newest_only = false;      // rows that are taken back do not go along
  // Windows stand behind it: it says how far its source is, and that it is idle when nothing came
  // for so long (DESIGN 3.1).
  std::optional<Duration> idle_timeout = {};
};
// Rows of aggregates, a row for each key. What comes in are the key's fields, then the arguments of
// the calls. Of a table whose rows are a topic's records the calls are last() of each field.
struct TablePlan {
  std::string changelog;    // topic
  std::string fingerprint;  // a line for each part of the definition
  Schema key;
  Schema values;  // the key's fields, window_start and window_end, a result for each call
  std::vector<Aggregate> calls;
  FoldShape folds;                   // the last of the calls
  std::vector<sql::Column> columns;  // over `values`: what the node hands on
  std::string having;
  std::optional<config::Window> window;
  config::Emit emit = config::Emit::Changes;
  std::optional<Duration> ttl;
  bool counted = false;   // the last call counts rows that are taken back: a table over a table
  bool newest = false;    // its rows are a topic's records; one without value deletes its row
  bool global = false;    // of Plan::globals: it has no changelog
  bool tell_old = false;  // somebody behind it wants a row as it was
};
struct TopicPlan {
  std::string topic;
  std::optional<std::string> key;  // an expression; none: the record's key
  config::Format format;
  // Of a table's windows: the key is a JSON array of the record's key and the window's start.
  struct WindowKey {
    std::string start;       // the column
    bool text = false;       // the record's key is one string
    bool composite = false;  // it is a JSON array already
  };
  std::optional<WindowKey> window = {};
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
using Operation = std::variant<TransformPlan, ExplodePlan, RepartitionPlan, TablePlan, TopicPlan,
                               DatabasePlan, FilePlan, LogPlan>;

struct Node {
  std::string pipeline;
  // Which of the pipeline's sinks it belongs to: a table, "topic:out", "file:out.jsonl", "log".
  // Empty: what stands before the sinks.
  std::string sink;
  int input = -1;  // the node before it; -1: the stage's own records
  Operation operation;
  Schema schema;  // of what it hands on; a sink's: of what it gets
  // It gets what a table hands on: rows that are taken back and rows that are gone among them.
  bool changes = false;
};

struct Stage {
  // Of the stream or the table whose topic it is, "<name>-source" when that table stands behind a
  // repartition; of the pipeline or table behind a repartition; "<name>-sink".
  std::string name;
  std::string topic;
  const config::Stream* stream = nullptr;  // how to decode; null: a repartition topic
  Schema input;
  // What happens to bad records: as the stream says; behind a repartition the strictest of all
  // streams that its records come from.
  config::OnError on_error = config::OnError::DeadLetter;
  bool changes = false;     // what comes in is what a table handed on
  std::vector<Node> nodes;  // each after its input
};

// The name under which a node's progress is kept in the group's offsets: "store",
// "by_type-repartition"; empty: the node has a position of its own, or none.
std::string kafka_output(const Node& node);

// It writes something that lasts, and has a position: its own, or by the group's.
bool is_sink(const Node& node);

struct Plan {
  std::vector<Stage> stages;
  // Tables that every worker holds as a whole: a copy of the fields in their order where one is
  // needed, and the table.
  std::vector<Stage> globals;
  std::vector<RoutePlan> routes;
  std::vector<std::string> warnings;  // "pipelines.store.sink: nothing fixes the order …"
};

// The topics of all tables' rows.
std::vector<std::string> changelogs_of(const Plan& plan);

// Some stage says dead_letter.
bool keeps_dead_letters(const Plan& plan);

// `file` must outlive the plan. Throws ConfigError with all problems.
Plan compile(const config::File& file);

// "<app>-<name>-repartition", "<app>-<name>-sink", "<app>-<name>-changelog", "<app>-workers"
std::string repartition_topic(const std::string& app, const std::string& name);
std::string sink_stage_topic(const std::string& app, const std::string& name);
std::string changelog_topic(const std::string& app, const std::string& name);
std::string registry_topic(const std::string& app);

}  // namespace streamworker
