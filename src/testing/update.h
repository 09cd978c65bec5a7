// What came as the new expectation, for a person to review.
#pragma once

#include <string>
#include <vector>

#include "testing/run_test.h"

namespace streamworker::testing {

// The file's text with the `expect` of each test that did not pass written anew: what had been
// named, as it came. Everything else stays as it is; comments within such an `expect` go. Tests
// whose steps failed are left alone. Throws ConfigError: `expect` does not stand on lines of its
// own (the test is one mapping in braces).
std::string updated(const config::TestFile& file, const std::vector<Outcome>& outcomes);

}  // namespace streamworker::testing
