// What must hold: DESIGN 4.3 to 4.6, 5.3.
#pragma once

#include <string_view>

#include "model/rules.h"
#include "model/state.h"

namespace streamworker::model {

// In every state; Broken::Nothing: all is well.
Broken broken_in(const State& state, const Rules& rules);
// In a state in which nothing more happens without a fault: everything is there, once.
Broken broken_at_end(const State& state, const Rules& rules);
std::string_view words_of(Broken broken);

}  // namespace streamworker::model
