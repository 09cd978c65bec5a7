#include "base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/metrics_process.h"

namespace streamworker {
namespace {

std::string full(const std::string& name) { return "streamworker_" + name; }

prometheus::MetricFamily family(const ProcessFigure& figure) {
  prometheus::ClientMetric metric;
  metric.counter.value = figure.value;
  metric.gauge.value = figure.value;
  prometheus::MetricFamily out;
  out.name = figure.name;
  out.help = figure.help;
  out.type = figure.counts ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
  out.metric.push_back(metric);
  return out;
}

}  // namespace

void Counter::add(double by) { it_->Increment(by); }
double Counter::value() const { return it_->Value(); }
void Gauge::set(double value) { it_->Set(value); }
double Gauge::value() const { return it_->Value(); }
void Histogram::observe(double value) { it_->Observe(value); }

Metrics::Metrics() : registry_(std::make_shared<prometheus::Registry>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return Counter(
      prometheus::BuildCounter().Name(full(name)).Help(help).Register(*registry_).Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return Gauge(
      prometheus::BuildGauge().Name(full(name)).Help(help).Register(*registry_).Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const Labels& labels,
                             const std::vector<double>& bounds) {
  return Histogram(prometheus::BuildHistogram()
                       .Name(full(name))
                       .Help(help)
                       .Register(*registry_)
                       .Add(labels, bounds));
}

std::string Metrics::text() const {
  auto families = registry_->Collect();
  for (const auto& figure : process_figures()) families.push_back(family(figure));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace streamworker
