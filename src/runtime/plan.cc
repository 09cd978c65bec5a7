#include "runtime/plan.h"

#include <algorithm>

#include "runtime/planner.h"

namespace streamworker {

Plan compile(const config::File& file) { return Planner(file).run(); }

std::string repartition_topic(const std::string& app, const std::string& name) {
  return app + "-" + name + "-repartition";
}

std::string sink_stage_topic(const std::string& app, const std::string& name) {
  return app + "-" + name + "-sink";
}

std::string changelog_topic(const std::string& app, const std::string& name) {
  return app + "-" + name + "-changelog";
}

std::string registry_topic(const std::string& app) { return app + "-workers"; }

std::vector<std::string> changelogs_of(const Plan& plan) {
  std::vector<std::string> topics;
  for (const Stage& stage : plan.stages)
    for (const Node& node : stage.nodes)
      if (const auto* table = std::get_if<TablePlan>(&node.operation))
        topics.push_back(table->changelog);
  return topics;
}

bool keeps_dead_letters(const Plan& plan) {
  return std::any_of(plan.stages.begin(), plan.stages.end(), [](const Stage& stage) {
    return stage.on_error == config::OnError::DeadLetter;
  });
}

bool is_sink(const Node& node) {
  return !std::holds_alternative<TransformPlan>(node.operation) &&
         !std::holds_alternative<ExplodePlan>(node.operation);
}

std::string kafka_output(const Node& node) {
  if (const auto* own = std::get_if<RepartitionPlan>(&node.operation))
    return node.pipeline + own->topic.substr(own->topic.rfind('-'));
  if (std::holds_alternative<TopicPlan>(node.operation)) return node.pipeline;
  if (std::holds_alternative<LogPlan>(node.operation)) return node.pipeline;
  return {};
}

}  // namespace streamworker
