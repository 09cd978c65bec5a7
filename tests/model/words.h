// A trace in plain words.
#pragma once

#include <string>

#include "model/search.h"

namespace streamworker::model {

// "B: restores: …", of an action that led from one state to the next.
std::string in_words(Taken taken, const State& before, const State& after);
// What is where, in a few lines.
std::string in_words(const State& state, const Rules& rules);

}  // namespace streamworker::model
