#include "base/metrics.h"

#include <unistd.h>

#include "base/metrics_process.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

TEST_CASE("names get the prefix, and the same name and labels are the same counter") {
  Metrics metrics;
  auto one = metrics.counter("records_consumed_total", "Records taken.", {{"stream", "data"}});
  auto same = metrics.counter("records_consumed_total", "Records taken.", {{"stream", "data"}});
  auto other = metrics.counter("records_consumed_total", "Records taken.", {{"stream", "b\"\n"}});
  one.add();
  same.add(4);
  other.add(7);
  CHECK(one.value() == 5);
  const std::string text = metrics.text();
  CHECK(text.find("# TYPE streamworker_records_consumed_total counter\n") != std::string::npos);
  CHECK(text.find("streamworker_records_consumed_total{stream=\"data\"} 5\n") != std::string::npos);
  CHECK(text.find("{stream=\"b\\\"\\n\"} 7\n") != std::string::npos);
}

TEST_CASE("gauges are set, histograms count into buckets") {
  Metrics metrics;
  auto ready = metrics.gauge("ready", "1 when ready.");
  ready.set(1);
  ready.set(0);
  auto lengths = metrics.histogram("commit_seconds", "Length of commits.", {}, {0.01, 0.1});
  lengths.observe(0.05);
  lengths.observe(5);
  const std::string text = metrics.text();
  CHECK(text.find("streamworker_ready 0\n") != std::string::npos);
  CHECK(text.find("streamworker_commit_seconds_bucket{le=\"0.01\"} 0\n") != std::string::npos);
  CHECK(text.find("streamworker_commit_seconds_bucket{le=\"0.1\"} 1\n") != std::string::npos);
  CHECK(text.find("streamworker_commit_seconds_bucket{le=\"+Inf\"} 2\n") != std::string::npos);
}

double figure(const std::string& name) {
  for (const auto& each : process_figures())
    if (each.name == name) return each.value;
  return -1;
}

TEST_CASE("the process's own figures are those of the kernel") {
  const double before = figure("process_open_fds");
  const int file = dup(0);
  CHECK(figure("process_open_fds") == before + 1);
  close(file);
  CHECK(figure("process_max_fds") >= before);
  CHECK(figure("process_cpu_seconds_total") >= 0);
  CHECK(figure("process_resident_memory_bytes") > 1e6);
  CHECK(figure("process_virtual_memory_bytes") >= figure("process_resident_memory_bytes"));
  const double start = figure("process_start_time_seconds");
  const auto now = static_cast<double>(time(nullptr));
  CHECK(start > now - 86400);
  CHECK(start < now + 60);
  const std::string text = Metrics().text();
  CHECK(text.find("# TYPE process_cpu_seconds_total counter\n") != std::string::npos);
  CHECK(text.find("# TYPE process_open_fds gauge\n") != std::string::npos);
}

}  // namespace
}  // namespace streamworker
