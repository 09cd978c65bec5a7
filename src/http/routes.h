// What is asked for under which path, and the answers. Any thread may call; nothing here waits but
// what `lane_of` names.
//
//   /health/live   200 while the process runs        /config       the effective file, redacted
//   /health/ready  200, or 503 with the reasons      /pipelines    the graph, with rates
//   /metrics       Prometheus' text format           /assignment   tasks, positions, lag
//   /version                                         /settings     live settings
//   /timers        schedules, last runs, errors      /tables       their rows (table_routes.h)
//   /sql           queries over tables               /workers      who has which partitions
//   /              this list
//   /tables/{table}/changes, /streams/{stream}/tail: feeds (feed_routes.h)
//                  and the file's own (user_routes.h)
//
// POST /timers/{name}/run has a timer run now: 202, and /timers tells how it went.
//
// JSON is laid out for people when a browser asks or with `?pretty`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "http/feed_routes.h"
#include "http/message.h"
#include "http/table_routes.h"
#include "http/user_routes.h"
#include "runtime/status.h"
#include "runtime/timers.h"

namespace streamworker::http {

class Routes {
 public:
  // All must outlive this. `config` is the effective file as JSON, already redacted.
  Routes(const StatusBoard& board, const Metrics& metrics, const Clock& clock, std::string config,
         std::string version);

  // With /timers. Before the first request; `timers` must outlive this.
  void add(Timers& timers);
  // With /tables, likewise, and /workers. `others` null: there are no other workers.
  void add(const query::Tables& tables, query::Readers& readers, Forwarding* others);
  // With feeds, likewise.
  void add(const FeedSources& feeds);
  // With the file's own, likewise.
  void add(const std::vector<RoutePlan>& routes, const Sources& sources);

  Response handle(const Request& request) const;
  // Who waits for which database.
  std::optional<size_t> lane_of(const Request& request) const;
  // The databases', and behind them one for other workers.
  size_t lanes() const { return own_lanes() + (others_ == nullptr ? 0 : 1); }

 private:
  size_t own_lanes() const { return own_ ? own_->lanes() : 0; }
  struct Route {
    std::string path;
    std::string what;  // one line for the list
    std::function<Response()> answer;
  };
  std::string list() const;
  std::string known_paths() const;
  Response ready() const;
  Response run_timer(const std::string& name) const;
  Response answer(const Request& request) const;

  const StatusBoard& board_;
  const Metrics& metrics_;
  const Clock& clock_;
  const std::string config_;
  const std::string version_;
  Timers* timers_ = nullptr;
  std::optional<TableRoutes> tables_;
  Forwarding* others_ = nullptr;
  std::optional<FeedRoutes> feeds_;
  std::optional<UserRoutes> own_;
  std::vector<Route> routes_;
};

}  // namespace streamworker::http
