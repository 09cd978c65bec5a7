// Is what came what was expected?
//
// Numbers compare by value: exactly, but where a side has 16 or 17 digits (a double) or an exponent
// they may differ by 1e-9 of the larger one. A number is no text: "1" is not 1. Mappings have no
// order.
#pragma once

#include "config/yaml.h"

namespace streamworker::testing {

bool same(const config::Yaml& expected, const config::Yaml& came);

}  // namespace streamworker::testing
