// Outcomes as JUnit's XML, which CI servers read.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "testing/run_test.h"

namespace streamworker::testing {

// A suite for each file: its name, and the outcomes of its tests.
using Suite = std::pair<std::string, std::vector<Outcome>>;

std::string junit(const std::vector<Suite>& suites);

}  // namespace streamworker::testing
