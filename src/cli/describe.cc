// The commands that only tell: show, schema, graph, version.
#include "runtime/describe.h"

#include <iostream>

#include "cli/commands.h"
#include "config/json_schema.h"
#include "config/show.h"

namespace streamworker::cli {

namespace {

struct Edge {
  std::string from;
  std::string to;
};

std::vector<Edge> edges_of(const config::File& file) {
  std::vector<Edge> edges;
  for (const config::Pipeline& pipeline : file.pipelines) {
    for (const config::Text& from : pipeline.from) edges.push_back({from.value, pipeline.name});
    for (const config::Sink& sink : pipeline.sinks)
      edges.push_back({pipeline.name, sink_in_words(sink)});
  }
  return edges;
}

void print_dot(const std::vector<Edge>& edges) {
  std::cout << "digraph streamworker {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const Edge& edge : edges)
    std::cout << "  \"" << edge.from << "\" -> \"" << edge.to << "\";\n";
  std::cout << "}\n";
}

void print_mermaid(const std::vector<Edge>& edges) {
  std::vector<std::string> names;
  const auto number = [&](const std::string& name) {
    for (size_t i = 0; i < names.size(); ++i)
      if (names[i] == name) return i;
    names.push_back(name);
    return names.size() - 1;
  };
  std::cout << "flowchart LR\n";
  for (const Edge& edge : edges) {
    const size_t from = number(edge.from);
    const size_t to = number(edge.to);
    std::cout << "  n" << from << "[\"" << edge.from << "\"] --> n" << to << "[\"" << edge.to
              << "\"]\n";
  }
}

}  // namespace

int show(const FileOptions& options) {
  std::cout << config::show(load(options));
  return kDone;
}

int schema() {
  std::cout << config::json_schema();
  return kDone;
}

int version() {
  std::cout << "streamworker " << STREAMWORKER_VERSION << "\n";
  return kDone;
}

int graph(const FileOptions& options, const std::string& form) {
  const config::File file = load(options);
  (void)compile(file);
  if (form == "dot")
    print_dot(edges_of(file));
  else
    print_mermaid(edges_of(file));
  return kDone;
}

}  // namespace streamworker::cli
