// Counters, gauges and histograms for /metrics, named as Prometheus has it.
//
// A handle is made once, at start, and lives as long as its Metrics; adding to it is one atomic
// operation, so the data path adds once per batch. Any thread may use any handle. The prefix
// `streamworker_` is added to every name.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Registry;
}  // namespace prometheus

namespace streamworker {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  explicit Counter(prometheus::Counter& it) : it_(&it) {}
  void add(double by = 1);
  double value() const;

 private:
  prometheus::Counter* it_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& it) : it_(&it) {}
  void set(double value);
  double value() const;

 private:
  prometheus::Gauge* it_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& it) : it_(&it) {}
  void observe(double value);

 private:
  prometheus::Histogram* it_;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  // The same name and labels give the same handle. `help` is one line of plain words.
  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  // `bounds` are the upper bounds of the buckets, ascending.
  Histogram histogram(const std::string& name, const std::string& help, const Labels& labels,
                      const std::vector<double>& bounds);
  // The text exposition format, the process's own figures (process_*) included.
  std::string text() const;

 private:
  std::shared_ptr<prometheus::Registry> registry_;
};

}  // namespace streamworker
