// What is asked for under which path, and the answers: everything about the worker that needs no
// table. Any thread may call; nothing here waits.
//
//   /health/live   200 while the process runs        /config       the effective file, redacted
//   /health/ready  200, or 503 with the reasons      /pipelines    the graph, with rates
//   /metrics       Prometheus' text format           /assignment   tasks, positions, lag
//   /version                                         /settings     live settings
//   /timers        schedules, last runs, errors      /             this list
//
// POST /timers/{name}/run has a timer run now: 202, and /timers tells how it went.
//
// JSON is laid out for people when a browser asks or with `?pretty`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "http/message.h"
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

  Response handle(const Request& request) const;

 private:
  struct Route {
    std::string path;
    std::string what;  // one line for the list
    std::function<Response()> answer;
  };
  std::string list() const;
  std::string known_paths() const;
  Response ready() const;
  Response run_timer(const std::string& name) const;

  const StatusBoard& board_;
  const Metrics& metrics_;
  const Clock& clock_;
  const std::string config_;
  const std::string version_;
  Timers* timers_ = nullptr;
  std::vector<Route> routes_;
};

}  // namespace streamworker::http
