#include "runtime/replay_routes.h"

#include <algorithm>

namespace streamworker {

namespace {

constexpr size_t kMostKnown = 100;

}  // namespace

ReplayRoutes::Route ReplayRoutes::route(std::string_view pipeline, std::string_view sink) const {
  const auto& nodes = stage_.nodes;
  const bool here = std::any_of(nodes.begin(), nodes.end(),
                                [&](const Node& node) { return node.pipeline == pipeline; });
  // What came through a repartition for the whole of a pipeline before it.
  const bool all = stage_.stream == nullptr && sink.empty() && (!here || stage_.name == pipeline);
  Route route;
  route.takes.assign(nodes.size(), all);
  for (size_t i = 0; i < nodes.size() && !all; ++i) {
    const bool meant = nodes[i].pipeline == pipeline && (sink.empty() || nodes[i].sink == sink);
    const bool behind = nodes[i].input >= 0 && route.takes[static_cast<size_t>(nodes[i].input)];
    route.takes[i] = meant || behind;
  }
  route.walks = route.takes;
  for (size_t i = nodes.size(); i-- > 0;)
    if (route.walks[i] && nodes[i].input >= 0)
      route.walks[static_cast<size_t>(nodes[i].input)] = true;
  route.empty = std::find(route.takes.begin(), route.takes.end(), true) == route.takes.end();
  return route;
}

const ReplayRoutes::Route& ReplayRoutes::of(const ReplayTarget& target) {
  std::string name =
      std::string(target.app) + "/" + std::string(target.pipeline) + "/" + std::string(target.sink);
  const auto found = known_.find(name);
  if (found != known_.end()) return found->second;
  if (known_.size() >= kMostKnown) known_.clear();  // anybody can write headers
  Route made = route(target.pipeline, target.sink);
  if (foreign(target)) {
    const std::vector<bool> none(stage_.nodes.size(), false);
    made = {none, none, true};
  }
  return known_.emplace(std::move(name), std::move(made)).first->second;
}

}  // namespace streamworker
