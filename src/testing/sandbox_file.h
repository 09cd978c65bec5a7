// The pipeline file as a test runs it: away from everything that is somebody's.
//
// Its log is the embedded one, its state, its SQLite databases and its files lie in the test's own
// folder. Other databases have to be replaced by the test (`set`): a test never writes to a server.
#pragma once

#include <string>

#include "config/test_file.h"

namespace streamworker::testing {

// Throws ConfigError, which names the pipeline file, or the test file when `set` is at fault.
config::File sandbox_file(const config::TestFile& test, const std::string& folder);

// What steps and expectations name is in the file. Throws ConfigError of the test file.
void check_names(const config::TestFile& test, const config::File& file);

}  // namespace streamworker::testing
