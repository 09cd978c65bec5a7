// `--set path=value`, and live settings: what is laid over the file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/problems.h"
#include "config/yaml.h"

namespace streamworker::config {

// The mark of values that are live settings; those of the command line have {}.
inline constexpr Mark kLiveSetting{-1, 0};
// Where a value without a place in the file came from: " (given on the command line)", or nothing:
// who sets a live setting knows.
std::string given(Mark at);

// Puts each value at its path, in order, marked `at`. Keys that the file does not have are added;
// whether they exist is found when the file is read, but streams, pipelines, databases and timers
// must be in the file. `kafka.properties.` takes the rest of the path as one name; a number picks
// from a list.
void set_overrides(const std::vector<std::pair<std::string, std::string>>& overrides, Mark at,
                   Yaml& root, std::vector<Problem>& problems);

}  // namespace streamworker::config
