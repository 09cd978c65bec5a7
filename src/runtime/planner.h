// The work of `compile`: walks the pipelines in the order of their data and grows the stages.
// Private to runtime/.
#pragma once

#include <map>
#include <set>

#include "runtime/plan.h"

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
  };

  void problem(const config::Text& at, const std::string& message);
  const Source* source_of(const config::Text& name);
  const Source* stream_source(const config::Stream& stream);
  // A decoder finds what is wrong in a field by itself (a pattern, a time zone).
  void try_decoder(const config::Stream& stream);
  const Source* pipeline_source(const config::Pipeline& pipeline);
  Source join_sources(const config::Pipeline& pipeline);
  void unite(const config::Pipeline& pipeline, Source& all, const Source& more,
             const config::Text& name);

  void add_selects(const config::Pipeline& pipeline, Source& source);
  void add_transform(const config::Pipeline& pipeline, Source& source, TransformPlan plan,
                     const std::vector<const config::Text*>& texts, const std::string& sink = "");
  void add_explode(const config::Pipeline& pipeline, Source& source);
  void add_repartition(const config::Pipeline& pipeline, Source& source);
  void add_sink(const config::Pipeline& pipeline, const Source& source, const config::Sink& sink);
  void add_database(const config::Pipeline& pipeline, Source source,
                    const config::DatabaseSink& sink);
  void check_database(const config::Text& name);
  void add_topic(const config::Pipeline& pipeline, const Source& source,
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
  Plan plan_;
  std::vector<config::Problem> problems_;
  std::map<std::string, Source> sources_;
  std::set<std::string> open_;  // pipelines being compiled, to find cycles
  std::set<std::string> failed_;
  std::set<std::string> positions_;  // names of database positions, each once
  std::set<std::string> files_;      // paths of file sinks, each once
  struct FirstSink {
    std::string pipeline;
    config::Format format;
  };
  std::map<std::string, FirstSink> formats_;  // of topics that sinks write
  SystemClock clock_;
  sql::Engine engine_;
};

}  // namespace streamworker
