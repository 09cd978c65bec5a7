#include "runtime/plan.h"

#include <algorithm>

#include "runtime/planner.h"

namespace streamworker {

Plan compile(const config::File& file) { return Planner(file).run(); }

std::string repartition_topic(const std::string& app, const std::string& name) {
  return app + "-" + name + "-repartition";
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
  if (std::holds_alternative<RepartitionPlan>(node.operation))
    return node.pipeline + "-repartition";
  if (std::holds_alternative<TopicPlan>(node.operation)) return node.pipeline;
  if (std::holds_alternative<LogPlan>(node.operation)) return node.pipeline;
  return {};
}

}  // namespace streamworker
