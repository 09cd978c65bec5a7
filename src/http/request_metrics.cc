#include "http/request_metrics.h"

namespace streamworker::http {

RequestMetrics::RequestMetrics(Metrics& metrics)
    : metrics_(metrics),
      seconds_(metrics.histogram("http_request_seconds",
                                 "Time from a whole request to its response.", {},
                                 {0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5})) {}

void RequestMetrics::served(const std::string& route, int status, Duration took) {
  seconds_.observe(std::chrono::duration<double>(took).count());
  const std::scoped_lock lock(mutex_);
  auto it = counters_.find({route, status});
  if (it == counters_.end())
    it = counters_
             .emplace(std::pair(route, status),
                      metrics_.counter("http_requests_total", "HTTP requests answered.",
                                       {{"route", route}, {"code", std::to_string(status)}}))
             .first;
  it->second.add();
}

}  // namespace streamworker::http
