// All that is wrong with a pipeline file, told at once.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "config/spec.h"

namespace streamworker::config {

struct Problem {
  Mark at;
  std::string path;     // "streams.data.schema.price"; empty: the file as a whole
  std::string message;  // "unknown type \"decimel(10,3)\"; did you mean \"decimal(10,3)\"?"
};

// Thrown at start, by the parser and by the compiler of stages.
class ConfigError : public std::runtime_error {
 public:
  ConfigError(std::string file, std::vector<Problem> problems);
  const std::vector<Problem>& problems() const { return problems_; }
  // One line a problem, "file:line:column: error: path: message", in the order of the file, and a
  // last line "3 errors in classifieds.yaml".
  std::string text() const;

 private:
  std::string file_;
  std::vector<Problem> problems_;
};

// "; did you mean \"database\"?" when one of `known` is close to `word`, else "".
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

}  // namespace streamworker::config
