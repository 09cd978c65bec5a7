#include "app/topics.h"

#include <algorithm>

#include "base/log.h"

namespace streamworker {

namespace {

std::string written_topic(const Node& node) {
  if (const auto* topic = std::get_if<TopicPlan>(&node.operation)) return topic->topic;
  if (const auto* own = std::get_if<RepartitionPlan>(&node.operation)) return own->topic;
  if (const auto* table = std::get_if<TablePlan>(&node.operation)) return table->changelog;
  return {};
}

// Written and read by the application alone, with the partition count of what feeds it.
bool is_internal(const Node& node) {
  return std::holds_alternative<RepartitionPlan>(node.operation) ||
         std::holds_alternative<TablePlan>(node.operation);
}

constexpr const char* kLargest = "16777216";  // bytes of a letter, or of a row

std::map<std::string, std::string> limits() {
  return {{"message.timestamp.type", "CreateTime"},
          {"message.timestamp.after.max.ms", "9223372036854775807"}};
}

Result<bool> is_empty(Log& log, const std::string& topic, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    const auto marks = log.watermarks({topic, i});
    if (!marks) return marks.error();
    if (marks->start < marks->end) return false;
  }
  return true;
}

class Preparation {
 public:
  Preparation(Log& log, const config::File& file, const Plan& plan)
      : log_(log), file_(file), plan_(plan) {}

  Result<Topics> run() {
    if (auto done = sources(); !done) return done.error();
    // A stage behind a repartition comes after all that feed it.
    for (const Stage& stage : plan_.stages)
      if (auto done = outputs(stage); !done) return done.error();
    if (auto done = own(); !done) return done.error();
    return std::move(topics_);
  }

 private:
  Result<void> sources() {
    for (const Stage& stage : plan_.stages)
      if (stage.stream != nullptr)
        if (auto done = source(*stage.stream); !done) return done;
    for (const Stage& stage : plan_.globals)
      if (auto done = source(*stage.stream); !done) return done;
    return {};
  }

  // The application's, whatever its stages are.
  Result<void> own() {
    if (keeps_dead_letters(plan_))
      if (auto done = dead_letters(); !done) return done;
    return has_registry(file_, plan_) ? registry() : Result<void>();
  }

  Result<void> source(const config::Stream& stream) {
    auto found = log_.describe(stream.topic);
    if (!found) return found.error();
    if (*found) {
      topics_[stream.topic] = **found;
      return {};
    }
    if (!stream.partitions && !file_.kafka.embedded())
      return stop("topic " + stream.topic + " does not exist on " + log_.name() +
                  ": create it, or say " + stream.path + ".partitions and the worker creates it");
    return make({stream.topic, stream.partitions.value_or(1), file_.kafka.replication, limits()});
  }

  Result<void> outputs(const Stage& stage) {
    for (const Node& node : stage.nodes) {
      const std::string topic = written_topic(node);
      if (topic.empty()) continue;
      const int32_t count = is_internal(node) ? feeding(topic) : topics_.at(stage.topic).partitions;
      if (auto done = output(topic, node, count); !done) return done;
    }
    return {};
  }

  // The largest count of all stages that write the topic (more than one: a union).
  int32_t feeding(const std::string& topic) const {
    int32_t count = 1;
    for (const Stage& stage : plan_.stages)
      for (const Node& node : stage.nodes)
        if (written_topic(node) == topic)
          if (auto from = topics_.find(stage.topic); from != topics_.end())
            count = std::max(count, from->second.partitions);
    return count;
  }

  Result<void> output(const std::string& topic, const Node& node, int32_t count) {
    if (topics_.contains(topic)) return {};
    auto found = log_.describe(topic);
    if (!found) return found.error();
    if (!*found) {
      NewTopic wanted{topic, count, file_.kafka.replication, limits()};
      if (is_internal(node)) wanted.settings["retention.ms"] = "-1";
      if (std::holds_alternative<TablePlan>(node.operation)) wanted.settings = changelog_settings();
      return make(wanted);
    }
    topics_[topic] = **found;
    if (std::holds_alternative<TablePlan>(node.operation))
      return changelog(topic, node.pipeline, count);
    if (!is_internal(node) || topics_[topic].partitions == count) return {};
    return stop(fmt::format(
        "topic {} has {} partitions, but its source has {}: a repartition topic keeps the count of "
        "its source. Stop the workers, let the topic run empty, delete it, and start again",
        topic, topics_[topic].partitions, count));
  }

  // One that is there, and maybe was made by hand.
  Result<void> changelog(const std::string& topic, const std::string& table, int32_t count) {
    TopicInfo& info = topics_[topic];
    auto fault = changelog_fault(log_, file_, {topic, table, info, count});
    if (!fault) return fault.error();
    if (!fault->empty()) return stop(*fault);
    if (info.compacted) return {};
    if (auto set = log_.set(topic, changelog_settings()); !set) return set;
    log::info("app", "adopted topic {}, which was there: it is compacted from now on", topic);
    info.compacted = true;
    return {};
  }

  // Takes whatever our producers can write: a letter is larger than the record that it keeps.
  Result<void> dead_letters() {
    const std::string& topic = file_.dead_letters.topic;
    auto found = log_.describe(topic);
    if (!found) return found.error();
    if (*found) {
      topics_[topic] = **found;
      return {};
    }
    NewTopic wanted{topic, 1, file_.kafka.replication, limits()};
    wanted.settings["retention.ms"] = "-1";
    wanted.settings["max.message.bytes"] = kLargest;
    return make(wanted);
  }

  // Each worker writes it each 3 s, and reads it whole when it starts: it is kept short.
  Result<void> registry() {
    const std::string topic = registry_topic(file_.app);
    auto found = log_.describe(topic);
    if (!found) return found.error();
    if (*found) return {};
    NewTopic wanted{topic, 1, file_.kafka.replication, limits()};
    wanted.settings["cleanup.policy"] = "compact";
    wanted.settings["segment.ms"] = "600000";
    wanted.settings["segment.bytes"] = "1048576";
    wanted.settings["min.cleanable.dirty.ratio"] = "0.1";
    return make(wanted);
  }

  Result<void> make(const NewTopic& topic) {
    if (auto made = log_.create(topic); !made) return made;
    log::info("app", "created topic {} with {} partitions", topic.name, topic.partitions);
    auto found = log_.describe(topic.name);
    if (!found) return found.error();
    if (!*found) return retry("topic " + topic.name + " was created but is not there yet");
    topics_[topic.name] = **found;
    return {};
  }

  Log& log_;
  const config::File& file_;
  const Plan& plan_;
  Topics topics_;
};

}  // namespace

std::map<std::string, std::string> changelog_settings() {
  auto settings = limits();
  settings["cleanup.policy"] = "compact";
  settings["retention.ms"] = "-1";
  settings["min.compaction.lag.ms"] = "600000";
  settings["max.message.bytes"] = kLargest;
  return settings;
}

Result<std::string> changelog_fault(Log& log, const config::File& file, const Changelog& of) {
  if (of.info.partitions != of.source_partitions)
    return fmt::format(
        "topic {} has {} partitions, but the source of table {} has {}, and a changelog keeps its "
        "source's count. Stop the workers, delete the topic and the folders {}/{}/*/{} of all "
        "hosts, and run `streamworker reset --table {}`, which builds the table again from its "
        "source",
        of.topic, of.info.partitions, of.table, of.source_partitions, file.state_dir, file.app,
        of.table, of.table);
  if (of.info.compacted || file.kafka.embedded()) return std::string();
  const auto empty = is_empty(log, of.topic, of.info.partitions);
  if (!empty) return empty.error();
  if (*empty) return std::string();
  return fmt::format(
      "topic {} is not compacted (its cleanup.policy must be compact, or its retention.ms and "
      "retention.bytes -1), so that rows of table {} may be deleted. Where none is missing yet: "
      "kafka-configs --alter --topic {} --add-config cleanup.policy=compact; else stop the workers "
      "and run `streamworker reset --table {}`, which does that and builds the table again from "
      "its source",
      of.topic, of.table, of.topic, of.table);
}

bool has_registry(const config::File& file, const Plan& plan) {
  return !file.kafka.embedded() &&
         std::any_of(plan.stages.begin(), plan.stages.end(), [](const Stage& stage) {
           return std::any_of(stage.nodes.begin(), stage.nodes.end(), [](const Node& node) {
             return std::holds_alternative<TablePlan>(node.operation);
           });
         });
}

std::vector<std::string> topics_of(const config::File& file, const Plan& plan) {
  std::vector<std::string> all;
  for (const Stage& stage : plan.stages) all.push_back(stage.topic);
  for (const Stage& stage : plan.globals) all.push_back(stage.topic);
  for (const Stage& stage : plan.stages)
    for (const Node& node : stage.nodes)
      if (std::string topic = written_topic(node);
          !topic.empty() && std::find(all.begin(), all.end(), topic) == all.end())
        all.push_back(topic);
  if (keeps_dead_letters(plan)) all.push_back(file.dead_letters.topic);
  return all;
}

Result<Topics> prepare_topics(Log& log, const config::File& file, const Plan& plan) {
  return Preparation(log, file, plan).run();
}

Result<Topics> find_topics(Log& log, const config::File& file, const Plan& plan) {
  Topics topics;
  for (const std::string& topic : topics_of(file, plan)) {
    auto found = log.describe(topic);
    if (!found) return found.error();
    if (*found) topics[topic] = **found;
  }
  return topics;
}

}  // namespace streamworker
