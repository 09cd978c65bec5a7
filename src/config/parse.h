// A pipeline file's text into the structs of spec.h.
//
//   1 the YAML, without duplicate keys        yaml.h
//   2 what command line and live settings set overrides.h
//   3 ${NAME} in the values that are left     interpolate.h
//   4 each key by its shape                   keys.h
//   5 what goes together                      rules.h
//
// All problems of a file are told at once. Passwords are handed to log::hide as they are read.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/interpolate.h"
#include "config/problems.h"
#include "config/spec.h"

namespace streamworker::config {

// `--set commit.interval=1s`: a path of the file and a value. A value that begins with [ or { is
// read as YAML, any other is the text itself; ${NAME} in it is left alone.
using Overrides = std::vector<std::pair<std::string, std::string>>;

// Everything that a file is made of.
struct Source {
  std::string text;
  std::string path;  // its name in messages, and relative to whose folder paths are
  Environment environment;
  Overrides overrides;  // of the command line
  Overrides settings;   // live ones, over all of that
};

// The process's environment as it is now.
Environment process_environment();

// A file's text, cut behind 1 MB. Throws ConfigError: it cannot be read.
std::string read_text(const std::string& path);
// What relative paths in it are relative to.
std::string folder_of(const std::string& path);

// Both throw ConfigError. Relative paths in the file are relative to the folder of `path`.
File parse_file(const std::string& path, const Environment& environment = {},
                const Overrides& overrides = {});
// `path` is the file's name in messages; it is not opened.
File parse_text(const std::string& text, const std::string& path,
                const Environment& environment = {}, const Overrides& overrides = {});
// Both of them come here; the file remembers what it was read from.
File parse_source(Source source);

}  // namespace streamworker::config
