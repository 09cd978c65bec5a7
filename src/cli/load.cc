// The pipeline file, the environment and the command line, laid over each other.
#include <fstream>

#include "base/log.h"
#include "cli/commands.h"
#include "config/log_settings.h"
#include "config/parse.h"
#include "config/problems.h"

namespace streamworker::cli {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

[[noreturn]] void fault(const FileOptions& options, const std::string& message) {
  throw config::ConfigError(options.file, {{{}, "", message}});
}

// What the environment says wins over the file of the same names.
config::Environment environment_of(const FileOptions& options) {
  config::Environment all;
  if (!options.env_file.empty()) {
    std::ifstream file(options.env_file);
    if (!file) fault(options, "--env-file " + options.env_file + " cannot be read");
    for (std::string line; std::getline(file, line);) {
      const size_t equals = line.find('=');
      if (line.empty() || line[0] == '#') continue;
      if (equals == std::string::npos)
        fault(options, "--env-file " + options.env_file + ": a line without `=`");
      all[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
  for (const auto& [name, value] : config::process_environment()) all[name] = value;
  return all;
}

Pairs overrides_of(const FileOptions& options) {
  Pairs all;
  for (const std::string& one : options.set) {
    const size_t equals = one.find('=');
    if (equals == std::string::npos) fault(options, "--set wants PATH=VALUE, not " + one);
    all.emplace_back(one.substr(0, equals), one.substr(equals + 1));
  }
  if (options.brokers) all.emplace_back("kafka.brokers", *options.brokers);
  if (options.state_dir) all.emplace_back("state.dir", *options.state_dir);
  if (options.log_level) all.emplace_back("log.level", *options.log_level);
  return all;
}

}  // namespace

config::File load(const FileOptions& options) {
  config::File file =
      config::parse_file(options.file, environment_of(options), overrides_of(options));
  if (options.http_port) file.http_port = *options.http_port;
  log::configure(config::log_settings(file.log));
  return file;
}

}  // namespace streamworker::cli
