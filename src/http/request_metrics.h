// http_requests_total{route,code} and http_request_seconds. Any thread may call.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/metrics.h"

namespace streamworker::http {

class RequestMetrics {
 public:
  explicit RequestMetrics(Metrics& metrics);
  void served(const std::string& route, int status, Duration took);

 private:
  Metrics& metrics_;
  Histogram seconds_;
  std::mutex mutex_;
  std::map<std::pair<std::string, int>, Counter> counters_;
};

}  // namespace streamworker::http
