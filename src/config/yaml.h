// The file as YAML has it, before any key has a meaning: yaml-cpp's only door.
//
// Aliases are copied to where they are used. Refused here, with their place: what is not YAML or
// not UTF-8, more than one document, keys that are not scalars or stand twice, nesting over 64 (an
// alias that holds itself) and more than 100 000 values (aliases of aliases).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "config/spec.h"

namespace streamworker::config {

struct Yaml {
  enum class Kind { Null, Scalar, List, Map };
  struct Entry;

  Kind kind = Kind::Null;
  Mark at;
  std::string text;         // of a scalar
  bool quoted = false;      // it stood in quotes
  bool literal = false;     // came from the command line: ${…} in it is text
  bool unreadable = false;  // a problem was told already: no more about its text
  std::vector<Yaml> items;
  std::vector<Entry> entries;  // in the order of the file

  const Entry* find(std::string_view key) const;
  Entry* find(std::string_view key);
};

struct Yaml::Entry {
  std::string key;
  Mark at;
  Yaml value;
};

// What can be read of it; an empty text is Null.
Yaml load_yaml(const std::string& text, std::vector<Problem>& problems);

// "streams.data" and "topic" make "streams.data.topic"; the root's path is empty.
std::string path_of(const std::string& parent, std::string_view key);
// "sink" and 1 make "sink[1]".
std::string path_of(const std::string& parent, size_t item);

}  // namespace streamworker::config
