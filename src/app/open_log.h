// The log that the file names: a Kafka cluster, or the embedded one in the state folder.
#pragma once

#include <memory>

#include "config/spec.h"
#include "log/log.h"

namespace streamworker {

// Does not connect yet. Throws StartupError: a property is refused, or the folder is in use.
std::unique_ptr<Log> open_log(const config::File& file);

}  // namespace streamworker
