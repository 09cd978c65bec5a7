// The work of `compile`: walks the pipelines in the order of their data and grows the stages.
// Private to runtime/.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "runtime/plan.h"
#include "table/columns.h"

namespace streamworker {

class Planner {
 public:
  explicit Planner(const config::File& file);
  Plan run();

 private:
  // Where records come out: the node of a stage (-1: the stage's input), and by which field its
  // topic is known to be partitioned as Java clients do.
  struct Outlet {
    size_t stage = 0;
    int node = -1;
    std::string keyed_by;
  };
  struct Source {
    std::vector<Outlet> outlets;
    Schema schema;
    // Of a table, or of a pipeline that reads one: its key's fields, and where the tables are.
    std::vector<std::string> key{};
    std::optional<std::string> window_start{};  // of windows; empty: it was left out on the way
    bool text_key = false;                      // the key is one string
    std::vector<std::pair<size_t, size_t>> tables{};  // stage and node
    bool changes() const { return !tables.empty(); }
  };

  void problem(const config::Text& at, const std::string& message);
  const Source* source_of(const config::Text& name);
  const Source* stream_source(const config::Stream& stream);
  // A stage that reads the topic. None: something is wrong, and noted.
  std::optional<Source> topic_source(const config::Stream& stream);
  // A decoder finds what is wrong in a field by itself (a pattern, a time zone).
  void try_decoder(const config::Stream& stream);
  const Source* pipeline_source(const config::Pipeline& pipeline);
  const Source* table_source(const config::Table& table);
  Source aggregate(const config::Table& table, config::Pipeline& as);
  Source join_sources(const config::Pipeline& pipeline);
  void unite(const config::Pipeline& pipeline, Source& all, const Source& more,
             const config::Text& name);

  void add_selects(const config::Pipeline& pipeline, Source& source);
  void add_transform(const config::Pipeline& pipeline, Source& source, TransformPlan plan,
                     const std::vector<const config::Text*>& texts, const std::string& sink = "");
  void add_explode(const config::Pipeline& pipeline, Source& source);
  void add_repartition(const config::Pipeline& pipeline, Source& source);
  // Everything of `source` to a topic of the application, where a stage of that name begins.
  void pass_through(const std::string& pipeline, const std::string& stage, Source& source,
                    const RepartitionPlan& plan);
  // A table's steps, in planner_tables.cc.
  struct TableParts;
  void add_table(const config::Table& table, const config::Pipeline& as, Source& source);
  bool split_calls(const config::Table& table, bool over_changes, TableParts& parts);
  void add_arguments(const config::Table& table, const config::Pipeline& as, Source& source,
                     TableParts& parts);
  bool compile_calls(const config::Table& table, const Source& source, TableParts& parts);
  void compile_call(const SplitCall& split, const AggregateCall& call, bool over_changes,
                    TableParts& parts);
  std::optional<Schema> try_columns(const TablePlan& plan,
                                    const std::vector<const config::Text*>& texts,
                                    const TableParts& parts);
  void add_rows(const config::Table& table, Source& source, TableParts& parts);
  void check_ttl(const config::Table& table, const Source& source);
  // Its folds, in planner_folds.cc.
  bool find_folds(const config::Table& table, const Source& source, TableParts& parts);
  void find_fold_names(const config::Table& table, const Schema& record,
                       const config::TableColumn& column, const Schema& names, TableParts& parts);
  void refuse_fold(const config::Table& table, const Source& source,
                   const config::TableColumn& column);
  void add_folds(const config::Table& table, const Source& source, TableParts& parts);
  std::optional<Value> constant(const config::Text& text, const std::string& name, FieldType type,
                                Arena& arena);
  void add_table_node(const config::Table& table, Source& source, TablePlan plan, Schema shown);
  void partition_by_key(const config::Table& table, const Schema& key, Source& source);
  // Of a table whose rows are a topic's records, in planner_topic_tables.cc.
  Source newest(const config::Table& table, const config::Pipeline& as);
  bool check_topic_key(const config::Table& table);
  void take_globals();
  void tell_old(const Source& source);
  bool is_replaced(const Source& source) const;
  void ask_for_marks();
  static std::optional<Duration> ask_for_marks(Node& node,
                                               const std::map<std::string, Duration>& asked);
  const Source* behind_table(const config::Pipeline& pipeline, Source source,
                             const config::Text& sink);
  Source without_key(const config::Pipeline& pipeline, Source source);
  // Routes, in planner_routes.cc.
  void add_routes();
  void add_table_route(const config::Route& route);
  void add_database_route(const config::Route& route);
  bool add_route_key(const config::Route& route, const Source& source, TableRoute& plan);
  void add_route_select(const config::Route& route, const Source& source, TableRoute& plan);
  void add_route_defaults(const config::Route& route, const Source& source, TableRoute& plan);
  void add_sink(const config::Pipeline& pipeline, const Source& source, const config::Sink& sink);
  void add_database(const config::Pipeline& pipeline, Source source,
                    const config::DatabaseSink& sink);
  void add_sink_columns(const config::Pipeline& pipeline, Source& source,
                        const config::DatabaseSink& sink);
  void check_database(const config::Text& name);
  bool is_table(const config::Pipeline& pipeline) const;
  bool set_window_key(const Source& source, const config::TopicSink& sink, TopicPlan& plan);
  void add_topic(const config::Pipeline& pipeline, const Source& all,
                 const config::TopicSink& sink);
  // The rows can be written so, and everybody else who names the topic says the same.
  bool check_format(const config::Pipeline& pipeline, const Source& source,
                    const config::TopicSink& sink);
  void check_order(const config::Pipeline& pipeline, const Source& source, const Table& table);
  bool one_way_in(const config::Pipeline& pipeline, const Source& source);
  std::optional<size_t> slot_of(const Schema& schema, const config::Text& name);
  // Compiles for its faults alone. None: it is wrong, and noted.
  std::optional<Schema> try_expressions(const Schema& in, const TransformPlan& plan,
                                        const std::vector<const config::Text*>& texts,
                                        const config::Text* where);
  void try_expression(const Schema& in, const TransformPlan& plan, const config::Text& text);
  // `sink`: see Node.
  int add_node(const Outlet& outlet, const std::string& pipeline, const std::string& sink,
               Operation operation, const Schema& schema);
  void add_leaves(const config::Pipeline& pipeline, const Source& source, const std::string& sink,
                  const Operation& operation);

  const config::File& file_;
  std::set<size_t> globals_;  // stages
  Plan plan_;
  std::vector<config::Problem> problems_;
  std::map<std::string, Source> sources_;
  std::set<std::string> open_;  // pipelines being compiled, to find cycles
  std::set<std::string> failed_;
  std::set<std::string> positions_;            // names of database positions, each once
  std::set<std::string> files_;                // paths of file sinks, each once
  std::map<std::string, Source> sink_stages_;  // by table or pipeline
  std::deque<config::Pipeline> as_pipelines_;  // what a table shares with a pipeline
  struct FirstSink {
    std::string pipeline;
    config::Format format;
  };
  std::map<std::string, FirstSink> formats_;  // of topics that sinks write
  SystemClock clock_;
  sql::Engine engine_;
};

}  // namespace streamworker
