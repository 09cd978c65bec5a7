#include "app/task_builder.h"

#include <set>

#include "app/bad_records.h"
#include "app/row_refusals.h"
#include "app/table_maker.h"
#include "process/explode.h"
#include "process/newest_only.h"
#include "process/repartition.h"
#include "process/transform.h"
#include "runtime/file_output.h"
#include "sink/topic_sink.h"

namespace streamworker {

namespace {

const std::vector<double> kRowBounds = {1, 2, 5, 10, 15, 20, 50, 100, 200, 500, 1000, 2000, 5000};

Counter dropped_of(Metrics& metrics, const std::string& pipeline, const std::string& reason) {
  return metrics.counter("records_dropped_total", "records that go nowhere, by reason",
                         {{"pipeline", pipeline}, {"reason", reason}});
}

// Builds the body of one task: a visit for each node, which adds a step behind its input.
class Builder {
 public:
  Builder(const Parts& parts, const Stage& stage, const TopicPartition& at, Surroundings around)
      : parts_(parts), stage_(stage), at_(at), around_(around) {}

  TaskBody build() {
    body_.routes = std::make_unique<ReplayRoutes>(stage_, parts_.file.app);
    body_.way = std::make_unique<ReplayWay>();
    if (stage_.on_error == config::OnError::DeadLetter) body_.letters = around_.letters;
    make_decoder();
    for (const Node& node : stage_.nodes) {
      node_ = &node;
      Step* step = std::visit(*this, node.operation);
      connect(*step);
      steps_.push_back(step);
    }
    make_scopes();
    return std::move(body_);
  }

  Step* operator()(const TransformPlan& plan) {
    std::optional<sql::Expressions> where;
    if (!plan.where.empty())
      where.emplace(around_.engine, input(), plan.where, std::vector<sql::Column>(), at_.topic);
    return own(std::make_unique<Transform>(
        sql::Expressions(around_.engine, input(), plan.where, plan.columns, at_.topic),
        std::move(where), bad(), count("records_filtered_total", "records that a where kept out"),
        node_->changes));
  }
  Step* operator()(const ExplodePlan& plan) {
    return own(std::make_unique<Explode>(
        sql::Expressions(around_.engine, input(), "", {{plan.as, plan.of, FieldType{Type::Json}}},
                         at_.topic),
        input(), node_->schema, bad()));
  }
  Step* operator()(const RepartitionPlan& plan) {
    auto made = std::make_unique<Repartition>(kafka_output(*node_), input(),
                                              KeyOf(around_.engine, input(), plan.key, at_.topic),
                                              writer(plan.topic), bad(), dropped("null_key"));
    if (plan.idle_timeout)
      body_.marked.push_back({made.get(), sources_of(parts_, plan.topic, &stage_) + at_.partition,
                              *plan.idle_timeout});
    return own_output(std::move(made));
  }
  Step* operator()(const TablePlan& plan) {
    auto made = make_table(
        plan, {parts_, stage_, *node_, at_, around_.engine, around_.rows, bad(), is_read()});
    body_.tables.push_back(made.get());
    tables_->push_back(made.get());
    return own(std::move(made));
  }
  Step* operator()(const TopicPlan& plan) {
    std::optional<KeyOf> key;
    if (plan.key) key.emplace(around_.engine, input(), std::vector{*plan.key}, at_.topic);
    auto made =
        std::make_unique<TopicSink>(kafka_output(*node_), MessageEncoder(input(), plan.format),
                                    std::move(key), writer(plan.topic), bad());
    if (plan.window)
      made->set_window_key(
          {*input().find(plan.window->start), plan.window->text, plan.window->composite});
    return own_output(std::move(made));
  }
  Step* operator()(const LogPlan& plan) {
    std::optional<sql::Expressions> text;
    if (plan.expression)
      text.emplace(around_.engine, input(), "",
                   std::vector<sql::Column>{{"text", *plan.expression, {}}}, at_.topic);
    return own_output(std::make_unique<LogSink>(kafka_output(*node_), input(), std::move(text),
                                                log::level_named(plan.level), at_.topic,
                                                parts_.print, bad()));
  }
  Step* operator()(const DatabasePlan& plan) {
    DatabaseOutput::Meters meters{
        parts_.metrics.histogram("batch_rows", "rows of a batch", {{"pipeline", node_->pipeline}},
                                 kRowBounds),
        count("sink_rows_total", "rows handed to databases and files")};
    const bool whole = body_.letters != nullptr;
    auto refusals = std::make_shared<PartRefusals>(
        BadPlace{at_, stage_.name, node_->pipeline, node_->sink, {}}, stage_.on_error,
        whole ? around_.sinks.at(plan.database).letters.get() : nullptr, parts_.metrics);
    auto made = std::make_unique<DatabaseOutput>(
        part(plan.sink),
        DatabaseOutput::Target{*around_.sinks.at(plan.database).thread, plan.table,
                               std::move(refusals), whole},
        plan.batch, meters);
    body_.databases.push_back(made.get());
    return own_part(std::move(made));
  }
  Step* operator()(const FilePlan& plan) {
    return own_part(std::make_unique<FileOutput>(
        part(node_->pipeline + "/" + plan.path), plan.path, input(), plan.batch, bad(),
        count("sink_rows_total", "rows handed to databases and files")));
  }

 private:
  // Something stands behind the node.
  bool is_read() const {
    const auto index = static_cast<int>(node_ - stage_.nodes.data());
    return std::any_of(stage_.nodes.begin(), stage_.nodes.end(),
                       [&](const Node& node) { return node.input == index; });
  }
  // Of the node, or of what it stands behind; null: none.
  TableStep* table_of(size_t node) const {
    for (int at = static_cast<int>(node); at >= 0; at = stage_.nodes[static_cast<size_t>(at)].input)
      if (auto* table = dynamic_cast<TableStep*>(steps_[static_cast<size_t>(at)])) return table;
    return nullptr;
  }
  // Of the node that is being made; before the first: of the decoder.
  BadRecords& bad() {
    BadPlace place{at_, stage_.name, {}, {}, {}};
    if (node_ != nullptr) place = {at_, stage_.name, node_->pipeline, node_->sink, steps_.size()};
    body_.bad.push_back(std::make_unique<PolicyAt>(std::move(place), stage_.on_error, body_.letters,
                                                   body_.routes.get(), parts_.metrics));
    return *body_.bad.back();
  }
  void make_decoder() {
    if (stage_.stream == nullptr) {
      body_.decoder = std::make_unique<RepartitionDecoder>(
          stage_.input, at_.partition, bad(),
          [tables = tables_](const EnvelopeMark& mark, Offset at) {
            const EventTime passed{std::chrono::milliseconds(mark.passed)};
            for (TableStep* table : *tables)
              if (at >= table->skips_below()) table->mark(mark.source, {passed, mark.idle});
          });
      return;
    }
    auto tombstones = dropped_of(parts_.metrics, stage_.stream->name,
                                 stage_.stream->is_table ? "null_key" : "tombstone");
    auto decoder = std::make_unique<StreamDecoder>(*stage_.stream, at_.partition, parts_.clock,
                                                   bad(), tombstones);
    if (!stage_.stream->key.empty() && stage_.stream->partitioner != config::Partitioner::Unknown)
      decoder->set_check({*stage_.stream, at_, parts_.topics.at(at_.topic).partitions,
                          parts_.metrics.counter("partitioner_mismatches_total",
                                                 "records in another partition than the file says",
                                                 {{"stream", stage_.name}})});
    body_.decoder = std::move(decoder);
    if (parts_.taps != nullptr && !stage_.stream->is_table)
      body_.tap = &parts_.taps->stream(stage_.stream->name);
  }

  const Schema& input() const {
    return node_->input < 0 ? stage_.input : stage_.nodes[static_cast<size_t>(node_->input)].schema;
  }
  Counter count(const std::string& name, const std::string& help) {
    return parts_.metrics.counter(name, help, {{"pipeline", node_->pipeline}});
  }
  Counter dropped(const std::string& reason) {
    return dropped_of(parts_.metrics, node_->pipeline, reason);
  }
  TopicWriter writer(const std::string& topic) {
    return {topic, parts_.topics.at(topic), around_.producer, parts_.clock,
            parts_.metrics.counter("records_produced_total", "records written to topics",
                                   {{"topic", topic}})};
  }
  PartId part(const std::string& sink) const {
    return {parts_.file.app, sink,          at_.topic,
            at_.partition,   around_.owner, parts_.log.incarnation()};
  }
  // What the letters of each place here concern: of the decoder, of pipelines, of sinks.
  void make_scopes() {
    if (body_.letters == nullptr) return;
    std::set<std::pair<std::string, std::string>> places = {{"", ""}};
    for (const Node& node : stage_.nodes) places.emplace(node.pipeline, node.sink);
    for (const auto& [pipeline, sink] : places) {
      LetterScope scope{pipeline, sink, {}, {}, {}};
      const auto route = body_.routes->route(pipeline, sink);
      for (size_t i = 0; i < steps_.size(); ++i)
        if (pipeline.empty() || route.takes[i]) add_to(scope, i);
      body_.scopes.push_back(std::move(scope));
    }
  }
  void add_to(LetterScope& scope, size_t node) {
    auto* output = dynamic_cast<Output*>(steps_[node]);
    if (TableStep* table = table_of(node))
      scope.tables.push_back(table);
    else if (output != nullptr)
      scope.outputs.push_back(output);
    if (auto* part = dynamic_cast<Part*>(steps_[node])) scope.parts.push_back(part);
  }
  // Behind its input, through a gate; a pipeline's first step behind the pipeline's entry there.
  void connect(Step& target) {
    auto gate = std::make_unique<ReplayGate>(*body_.way, steps_.size());
    gate->then(wants_newest() ? newest(target) : target);
    Step& step = *own(std::move(gate));
    const int input = node_->input;
    const bool first = input < 0
                           ? node_->pipeline != stage_.name || stage_.stream != nullptr
                           : stage_.nodes[static_cast<size_t>(input)].pipeline != node_->pipeline;
    if (!first) return behind(input, step);
    PipelineEntry*& entry = entries_[{input, node_->pipeline}];
    if (entry == nullptr) {
      auto made = std::make_unique<PipelineEntry>(node_->pipeline);
      entry = made.get();
      body_.entries.push_back(entry);
      behind(input, *own(std::move(made)));
    }
    entry->then(step);
  }
  bool wants_newest() const {
    if (!node_->changes) return false;
    const auto* own = std::get_if<RepartitionPlan>(&node_->operation);
    return own != nullptr ? own->newest_only
                          : !std::holds_alternative<TransformPlan>(node_->operation) &&
                                !std::holds_alternative<TablePlan>(node_->operation);
  }
  Step& newest(Step& target) {
    auto filter = std::make_unique<NewestOnly>(input());
    filter->then(target);
    return *own(std::move(filter));
  }
  void behind(int input, Step& step) {
    if (input < 0) return body_.roots.push_back(&step);
    dynamic_cast<Relay&>(*steps_[static_cast<size_t>(input)]).then(step);
  }
  Step* own(std::unique_ptr<Step> step) {
    body_.steps.push_back(std::move(step));
    return body_.steps.back().get();
  }
  // What stands behind a table is told of each record once, by the table's position.
  Step* own_output(std::unique_ptr<Output> step) {
    const bool told_once = node_->input >= 0 && table_of(static_cast<size_t>(node_->input));
    if (!told_once) body_.outputs.push_back(step.get());
    return own(std::move(step));
  }
  Step* own_part(std::unique_ptr<Part> step) {
    body_.parts.push_back(step.get());
    return own(std::move(step));
  }

  const Parts& parts_;
  const Stage& stage_;
  const TopicPartition& at_;
  Surroundings around_;
  const Node* node_ = nullptr;
  TaskBody body_;
  std::shared_ptr<std::vector<TableStep*>> tables_ = std::make_shared<std::vector<TableStep*>>();
  std::vector<Step*> steps_;  // of the nodes
  std::map<std::pair<int, std::string>, PipelineEntry*> entries_;
};

}  // namespace

std::unique_ptr<Task> build_task(const Parts& parts, const Stage& stage, const TopicPartition& at,
                                 Surroundings around) {
  const Labels labels = {{"stream", stage.name}};
  Task::Meters meters{parts.metrics.counter("records_consumed_total", "records taken", labels),
                      parts.metrics.counter("records_replayed_total",
                                            "records taken a second time and skipped", labels),
                      dropped_of(parts.metrics, stage.name, "replayed")};
  return std::make_unique<Task>(stage, at, parts.topics.at(at.topic).partitions,
                                Builder(parts, stage, at, around).build(), meters);
}

}  // namespace streamworker
