// What the file says of the log, as base/log.h takes it.
#pragma once

#include "base/log.h"
#include "config/spec.h"

namespace streamworker::config {

log::Settings log_settings(const LogOptions& options);

}  // namespace streamworker::config
