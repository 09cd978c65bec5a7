// The shapes of a test: its steps, and what is expected of it.
#pragma once

#include "config/reading.h"
#include "config/test_file.h"

namespace streamworker::config {

// A list of mappings, each with the keys of one kind of step.
struct Steps {
  void read(const Spot& spot, std::vector<GivenStep>& value) const;
};

struct Expected {
  void read(const Spot& spot, Expect& value) const;
};

}  // namespace streamworker::config
