// What keeps the worker from starting, beside faults of the pipeline file: says what and what to
// do.
#pragma once

#include <stdexcept>
#include <string>

namespace streamworker {

class StartupError : public std::runtime_error {
 public:
  explicit StartupError(const std::string& message) : std::runtime_error(message) {}
};

}  // namespace streamworker
