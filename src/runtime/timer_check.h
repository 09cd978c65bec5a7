// What can be said of timers' statements before they run: that each `:name` in them is one of the
// timer's `params`. Called by `compile`, so for the file and for each live setting.
#pragma once

#include <vector>

#include "config/problems.h"

namespace streamworker {

std::vector<config::Problem> check_timers(const config::File& file);

}  // namespace streamworker
