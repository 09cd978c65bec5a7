// The keys that can be changed while the worker runs (DESIGN 6.2): those that keys.h calls Live.
#pragma once

#include <string>
#include <vector>

#include "config/parse.h"
#include "config/tree.h"

namespace streamworker::config {

// Where a value comes from; each is laid over the one before.
enum class Origin { Default, File, CommandLine, Database };
// "default", "file", "command line", "database"
std::string to_string(Origin origin);

struct LiveKey {
  std::string path;  // "pipelines.store.batch.size"
  Tree value;        // as `show` has it; null: it is not set
  Tree initial;      // its default
  Origin origin = Origin::Default;
};

// All that this file has, in the order of the file: for pipelines only what their sinks can use.
// REQUIRES: `file` came from parse.h.
std::vector<LiveKey> live_keys(const File& file);
// `path` is one of them, or would be if it were set (a module's log level).
bool is_live(const File& file, const std::string& path);

// The file read again with these settings over everything else, by the same rules. Throws
// ConfigError. Use nothing but its live keys: options that were laid over the parsed file are
// missing.
File with_settings(const File& file, const Overrides& settings);

}  // namespace streamworker::config
