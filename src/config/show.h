// `streamworker show` and /config: the effective configuration, defaults filled in, paths resolved,
// secrets as ***.
#pragma once

#include <string>

#include "config/spec.h"

namespace streamworker::config {

// A pipeline file that means the same where it stands in the working directory, but for the
// secrets.
std::string show(const File& file);
// The same as JSON, indented.
std::string show_json(const File& file);

}  // namespace streamworker::config
