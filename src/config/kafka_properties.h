// `kafka.properties`: librdkafka's own properties, but those that the worker owns.
#pragma once

#include <string>

#include "config/reading.h"
#include "config/spec.h"
#include "config/tree.h"

namespace streamworker::config {

// Fills `properties` and, with what must not be shown, `secrets`. Beside a secret P stands P_file.
struct Properties {
  void read(const Spot& spot, Kafka& value) const;
  std::string kind() const { return "mapping of property to value"; }
  Tree schema() const;
  Tree show(const Kafka& value) const;
};

// Must its value not be shown?
bool is_secret_property(const std::string& name);

}  // namespace streamworker::config
