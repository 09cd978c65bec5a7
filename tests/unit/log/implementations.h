// The logs that the contract tests run on: the embedded one always, a Kafka when KAFKA_BROKERS says
// where one is.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "log/log.h"

namespace streamworker {

struct Implementation {
  std::string name;
  // The same folder again: the same log, once the former handle is gone.
  std::function<Result<std::unique_ptr<Log>>(const std::string& folder)> open;
};

std::vector<Implementation> implementations();

}  // namespace streamworker
