// ${NAME} in the file's texts (DESIGN 1.5).
//
//   ${NAME}            the variable; it must be set
//   ${NAME:-default}   the default when it is not set or empty
//   ${NAME:?message}   the message as an error when it is not set or empty
//   $$                 a dollar sign; one before anything else but { stands for itself
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/problems.h"
#include "config/yaml.h"

namespace streamworker::config {

using Environment = std::map<std::string, std::string>;

// One text. The error names the variable, never a value.
Result<std::string> interpolate(const std::string& text, const Environment& environment);
// All scalar values below `yaml`, keys and literal values left alone.
void interpolate_all(Yaml& yaml, const std::string& path, const Environment& environment,
                     std::vector<Problem>& problems);

}  // namespace streamworker::config
