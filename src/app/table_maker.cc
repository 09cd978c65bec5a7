#include "app/table_maker.h"

#include <algorithm>

#include "table/aggregate_table.h"
#include "table/newest_table.h"
#include "table/session_table.h"
#include "table/ttl_table.h"
#include "table/window_table.h"

namespace streamworker {

namespace {

std::chrono::milliseconds ms(Duration span) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(span);
}

std::unique_ptr<store::TableState> state_of(const TablePlan& plan, const TableSite& site) {
  const std::string& name = site.node.pipeline;
  store::TablePlace place{name,
                          fmt::format("{}/{}/{}", site.parts.state_folder, name, site.at.partition),
                          {plan.changelog, site.at.partition},
                          site.at,
                          plan.fingerprint,
                          site.parts.topics.at(plan.changelog).tombstones_stay,
                          plan.ttl ? queue_time_of : nullptr,
                          site.parts.taps == nullptr ? nullptr : &site.parts.taps->table(name)};
  return std::make_unique<store::TableState>(std::move(place), site.parts.blocks);
}

AggregateParts parts_of(const TablePlan& plan, const TableSite& site) {
  AggregateParts parts;
  parts.calls = std::make_unique<Aggregates>(plan.calls);
  parts.key = plan.key;
  parts.key_text = std::make_unique<KeyText>(plan.key.fields());
  parts.view = std::make_unique<RowView>(
      site.engine, *parts.calls,
      RowView::Shape{plan.values, plan.key.size(), plan.columns, plan.having});
  if (!plan.folds.empty())
    parts.folds = std::make_unique<Folds>(site.engine, *parts.calls, plan.folds, plan.values,
                                          plan.key.size());
  parts.read = site.read;
  parts.tell_old = plan.tell_old;
  parts.counted = plan.counted;
  parts.newest = plan.newest;
  return parts;
}

AggregateStep::Meters meters_of(const TableSite& site) {
  const std::string& name = site.node.pipeline;
  const auto dropped = [&](const char* reason) {
    return site.parts.metrics.counter("records_dropped_total", "records that go nowhere, by reason",
                                      {{"pipeline", name}, {"reason", reason}});
  };
  return {dropped("null_key"), dropped("not_shown"),
          site.parts.metrics.counter(
              "late_records_total", "records of which all windows were closed", {{"table", name}})};
}

// How long `close_when_idle` waits for itself: behind a repartition its sources say that they are
// idle when they have been for a while.
std::optional<Duration> patience_of(const config::Window& window, const TableSite& site) {
  if (!window.close_when_idle) return {};
  Duration waited{};
  for (const Stage& stage : site.parts.plan.stages)
    for (const Node& node : stage.nodes)
      if (const auto* own = std::get_if<RepartitionPlan>(&node.operation);
          own != nullptr && own->topic == site.stage.topic)
        waited = own->idle_timeout.value_or(Duration(0));
  return std::max(*window.close_when_idle - waited, Duration(0));
}

}  // namespace

int32_t sources_of(const Parts& parts, const std::string& topic, const Stage* until) {
  int32_t count = 0;
  for (const Stage& stage : parts.plan.stages) {
    if (&stage == until) break;
    if (std::any_of(stage.nodes.begin(), stage.nodes.end(), [&](const Node& node) {
          const auto* own = std::get_if<RepartitionPlan>(&node.operation);
          return own != nullptr && own->topic == topic;
        }))
      count += parts.topics.at(stage.topic).partitions;
  }
  return count;
}

std::unique_ptr<AggregateStep> make_table(const TablePlan& plan, const TableSite& site) {
  auto state = state_of(plan, site);
  auto parts = parts_of(plan, site);
  const auto meters = meters_of(site);
  if (plan.newest)
    return std::make_unique<NewestTable>(std::move(state), std::move(parts), site.rows, site.bad,
                                         meters);
  std::optional<int32_t> sources;
  if (site.stage.stream == nullptr) sources = sources_of(site.parts, site.stage.topic, nullptr);
  if (plan.ttl)
    return std::make_unique<TtlTable>(std::move(state), std::move(parts), site.rows, site.bad,
                                      meters, TtlSettings{ms(*plan.ttl).count(), sources});
  if (!plan.window)
    return std::make_unique<AggregateTable>(std::move(state), std::move(parts), site.rows, site.bad,
                                            meters);
  const config::Window& window = *plan.window;
  const bool final = plan.emit == config::Emit::Final;
  const auto grace = ms(window.grace_with(plan.emit));
  const auto expires = ms(window.kept()).count();
  const auto patience = patience_of(window, site);
  if (window.session)
    return std::make_unique<SessionTable>(
        std::move(state), std::move(parts), site.rows, site.bad, meters,
        SessionSettings{Sessions(ms(*window.session), grace), expires, final, window.keep_late,
                        patience, sources});
  const Hops hops(ms(window.size()), ms(window.every.value_or(window.size())), grace);
  return std::make_unique<WindowTable>(
      std::move(state), std::move(parts), site.rows, site.bad, meters,
      WindowSettings{hops, expires, final, window.keep_late, patience, sources});
}

}  // namespace streamworker
