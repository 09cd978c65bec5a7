// `--set path=value`: what the command line changes in the file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/problems.h"
#include "config/yaml.h"

namespace streamworker::config {

// Puts each value at its path, in order. Keys that the file does not have are added; whether they
// exist is found when the file is read, but streams, pipelines and databases must be in the file.
// `kafka.properties.` takes the rest of the path as one name; a number picks from a list.
void set_overrides(const std::vector<std::pair<std::string, std::string>>& overrides, Yaml& root,
                   std::vector<Problem>& problems);

}  // namespace streamworker::config
