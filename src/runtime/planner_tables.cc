// What a table adds to the plan: what it reads, a repartition when that is keyed otherwise, its
// rows (planner_table_rows.cc), and what stands behind it.
#include <algorithm>
#include <map>

#include "base/format.h"
#include "runtime/select.h"
#include "runtime/table_definition.h"
#include "runtime/table_parts.h"

namespace streamworker {

namespace {

constexpr const char* kCounted = "count(*)";

}  // namespace

const Planner::Source* Planner::table_source(const config::Table& table) {
  if (failed_.contains(table.name)) return nullptr;
  if (auto found = sources_.find(table.name); found != sources_.end()) return &found->second;
  config::Pipeline& as = as_pipelines_.emplace_back();
  as.name = table.name;
  as.at = table.at;
  const size_t before = problems_.size();
  Source source = table.has_topic() ? newest(table, as) : aggregate(table, as);
  if (source.outlets.empty()) {  // what is wrong with what it reads was told
    failed_.insert(table.name);
    return nullptr;
  }
  if (problems_.size() == before)
    for (const config::Sink& sink : table.sinks) add_sink(as, source, sink);
  if (problems_.size() > before) {
    failed_.insert(table.name);
    return nullptr;
  }
  return &sources_.emplace(table.name, std::move(source)).first->second;
}

Planner::Source Planner::aggregate(const config::Table& table, config::Pipeline& as) {
  as.from = table.from;
  as.where = table.where;
  open_.insert(table.name);
  const size_t before = problems_.size();
  Source source = join_sources(as);
  open_.erase(table.name);
  if (!source.outlets.empty() && problems_.size() == before) add_table(table, as, source);
  as.where.reset();
  return source;
}

void Planner::add_table(const config::Table& table, const config::Pipeline& as, Source& source) {
  if (table.emit == config::Emit::Final && !table.window)
    problem({"", table.at, "tables." + table.name + ".emit"},
            "only windows have an end: `emit: final` needs a `window`");
  check_ttl(table, source);
  TableParts parts;
  const size_t before = problems_.size();
  const bool over_changes = source.changes();
  if (table.window && is_replaced(source))
    problem({"", table.window->at, table.window->path},
            "rows of a table change, and what they were has no place in time: windows are for "
            "streams, and for tables with `emit: final`");
  if (over_changes) tell_old(source);
  if (!split_calls(table, over_changes, parts) || !find_folds(table, source, parts)) return;
  add_arguments(table, as, source, parts);
  if (problems_.size() > before || !compile_calls(table, source, parts)) return;
  partition_by_key(table, parts.key, source);
  add_rows(table, source, parts);
}

// Through a topic of its own, unless its source is partitioned so already.
void Planner::partition_by_key(const config::Table& table, const Schema& key, Source& source) {
  const bool keyed = source.outlets.size() == 1 && key.size() == 1 && !source.changes() &&
                     source.outlets.front().keyed_by == key[0].name;
  if (keyed) return;
  RepartitionPlan plan{repartition_topic(file_.app, table.name), {}, false, {}};
  for (const Field& field : key.fields()) plan.key.push_back(quoted(field.name));
  pass_through(table.name, table.name, source, plan);
  if (key.size() == 1) source.outlets.front().keyed_by = key[0].name;
}

void Planner::check_ttl(const config::Table& table, const Source& source) {
  const config::Text at{"", table.at, "tables." + table.name + ".ttl"};
  if (table.ttl && table.window)
    problem(at, "windows have `expires`: a window's row goes so long after the window's end");
  if (table.ttl && is_replaced(source))
    problem(at,
            "rows of a table change, and from a row that is gone nothing can be taken back: `ttl` "
            "is for tables over streams, and over tables with `emit: final`");
  if (table.ttl && *table.ttl % std::chrono::milliseconds(1) != Duration(0))
    problem(at, "event time is in milliseconds: say a whole number of them");
}

// Does it read rows that come again with other values?
bool Planner::is_replaced(const Source& source) const {
  return std::any_of(source.tables.begin(), source.tables.end(), [&](const auto& at) {
    const Node& node = plan_.stages[at.first].nodes[at.second];
    return std::get<TablePlan>(node.operation).emit != config::Emit::Final;
  });
}

// Who reads a table's changes row by row, and not its newest row alone, has to know what they
// replace.
void Planner::tell_old(const Source& source) {
  for (const auto& [stage, node] : source.tables)
    std::get<TablePlan>(plan_.stages[stage].nodes[node].operation).tell_old = true;
}

// What leads to windows, or to rows that go, says how far its sources are; of several the most
// impatient decides when one is idle. Stages come after those that feed them.
void Planner::ask_for_marks() {
  std::map<std::string, Duration> asked;  // by topic
  for (auto stage = plan_.stages.rbegin(); stage != plan_.stages.rend(); ++stage) {
    std::optional<Duration> wanted;
    for (Node& node : stage->nodes)
      if (const auto timeout = ask_for_marks(node, asked))
        wanted = std::min(wanted.value_or(*timeout), *timeout);
    if (wanted && stage->stream == nullptr) asked.emplace(stage->topic, *wanted);
  }
}

// What this node wants of its source, and tells the topic that it writes.
std::optional<Duration> Planner::ask_for_marks(Node& node,
                                               const std::map<std::string, Duration>& asked) {
  if (const auto* table = std::get_if<TablePlan>(&node.operation)) {
    if (table->window) return table->window->idle_timeout;
    if (table->ttl) return config::kIdleTimeout;
  }
  auto* own = std::get_if<RepartitionPlan>(&node.operation);
  if (own == nullptr) return {};
  if (const auto found = asked.find(own->topic); found != asked.end())
    own->idle_timeout = found->second;
  return own->idle_timeout;
}

// Each column by itself, so that all faults are told; then all of them, so that equal calls are
// one.
bool Planner::split_calls(const config::Table& table, bool over_changes, TableParts& parts) {
  const size_t before = problems_.size();
  std::vector<ColumnText> all;
  for (const config::TableColumn& column : table.columns) {
    const bool fold = column.init.has_value();  // a place is kept for it
    all.push_back({column.name, fold ? "NULL" : column.expression.value, column.type});
    parts.texts.push_back(column.expression);
  }
  parts.has_having = table.having.has_value();
  if (table.having) {
    all.push_back({"having", table.having->value, {}});
    parts.texts.push_back(*table.having);
  }
  for (size_t i = 0; i < all.size(); ++i) {
    try {
      (void)split_columns({all[i]});
    } catch (const ColumnsError& error) {
      problem(parts.texts[i], error.what());
    }
  }
  if (problems_.size() > before) return false;
  if (over_changes) all.push_back({"", kCounted, {}});
  parts.split = split_columns(all);
  size_t result = parts.split.calls.size();
  for (size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].init)
      parts.split.columns[i] = {table.columns[i].name, quoted(result_name(result++)), {}};
  if (!over_changes) return true;
  // The count of what was not taken back is the last call, whoever else asks for it.
  parts.split.columns.pop_back();
  SplitCall counted;
  counted.text = kCounted;
  counted.function = "count";
  parts.split.calls.push_back(counted);
  return true;
}

// A topic's value holds the columns; the key is the record's.
Planner::Source Planner::without_key(const config::Pipeline& pipeline, Source source) {
  TransformPlan plan;
  for (const Field& field : source.schema.fields())
    if (std::find(source.key.begin(), source.key.end(), field.name) == source.key.end())
      plan.columns.push_back({field.name, quoted(field.name), {}});
  add_transform(pipeline, source, std::move(plan), {}, "topic");
  return source;
}

// Rows for databases: a sink of a table is fed from a topic, by steps without state (DESIGN 4.1).
const Planner::Source* Planner::behind_table(const config::Pipeline& pipeline, Source source,
                                             const config::Text& sink) {
  const auto found = sink_stages_.find(pipeline.name);
  if (found != sink_stages_.end()) return &found->second;
  RepartitionPlan plan{sink_stage_topic(file_.app, pipeline.name), {}, true, {}};
  for (const std::string& key : source.key) {
    if (key.empty()) {
      problem(sink, "the table's key is lost on the way: keep it in the select");
      return nullptr;
    }
    plan.key.push_back(quoted(key));
  }
  pass_through(pipeline.name, pipeline.name + "-sink", source, plan);
  return &sink_stages_.emplace(pipeline.name, std::move(source)).first->second;
}

void Planner::pass_through(const std::string& pipeline, const std::string& stage, Source& source,
                           const RepartitionPlan& plan) {
  const bool changes = source.changes();
  for (const Outlet& outlet : source.outlets) add_node(outlet, pipeline, "", plan, source.schema);
  auto strictest = config::OnError::Skip;
  for (const Outlet& outlet : source.outlets)
    strictest = std::max(strictest, plan_.stages[outlet.stage].on_error);
  const Outlet behind{plan_.stages.size(), -1, {}};
  plan_.stages.push_back({stage, plan.topic, nullptr, source.schema, strictest, changes, {}});
  source.outlets = {behind};
}

}  // namespace streamworker
