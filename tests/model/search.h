// Breadth-first over every state that can be reached: the first violation found is one of the
// shortest.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/actions.h"
#include "model/rules.h"
#include "model/state.h"

namespace streamworker::model {

struct Taken {
  Act act = Act::Count;  // of the first state: none
  uint8_t worker = 0;
  bool renamed = false;  // the workers swapped their names behind it
};
struct Found {
  Broken broken = Broken::Nothing;  // Nothing: all of it was searched
  std::vector<State> states;        // from the beginning to the violation
  std::vector<Taken> actions;       // that led to each of them
  size_t reached = 0;
  size_t transitions = 0;
  size_t ends = 0;
  int depth = 0;
  std::array<size_t, static_cast<size_t>(Act::Count)> taken{};  // how often, by action
};

Found search(const Rules& rules);

}  // namespace streamworker::model
