// A Kafka cluster as a Log, through librdkafka.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/secret.h"
#include "log/log.h"

namespace streamworker::kafka {

struct Settings {
  std::string brokers;                            // host:port,host:port
  std::map<std::string, std::string> properties;  // the user's, handed to librdkafka as they are
  std::map<std::string, Secret> secrets;          // likewise
};

// Connects when it is first asked something. Stop: librdkafka refuses a property, and says which.
Result<std::unique_ptr<Log>> open(const Settings& settings);

}  // namespace streamworker::kafka
