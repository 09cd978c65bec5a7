// Runs one test: its steps in a sandbox, then what came out against what was expected.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "config/test_file.h"

namespace streamworker::testing {

// One thing that was expected: both sides as lines in YAML's flow style, as a test file has them.
struct Check {
  enum class Kind { Topic, Table, Rows, Log, Letters, Counter, Status, Body, Sql };
  Kind kind = Kind::Topic;
  size_t index = 0;  // in its list of Expect
  std::string what;  // "topics.out", for people
  std::vector<std::string> expected;
  std::vector<std::string> came;
  bool same = false;
};

struct Outcome {
  std::string name;
  std::string error;  // a step failed: which, and why; nothing was checked then
  std::vector<Check> checks;
  Duration took{};

  bool passed() const;
};

// `clock` measures. Throws ConfigError: the pipeline file, or what the test names of it.
Outcome run_test(const config::TestFile& file, const config::Test& test, const Clock& clock);

}  // namespace streamworker::testing
