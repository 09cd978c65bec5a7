// YAML values as plain data: what a plain scalar means, a value as JSON, a value on one line.
#pragma once

#include <string>

#include "config/yaml.h"

namespace streamworker::config {

// As YAML's JSON schema has it: what stands in quotes is text; so is what only looks like a number
// to other schemas (0x1f, .5, +1, 12:30).
enum class Plain { Null, Bool, Number, Text };
Plain plain_of(const Yaml& scalar);

// Compact. Numbers keep their digits.
std::string json_of(const Yaml& value);
// The text that stands for a value where only text can stand, as a record's key: scalars without
// quotes, the rest as JSON.
std::string text_of(const Yaml& value);
// YAML's flow style, with quotes where they are needed: reads back as the same value.
std::string flow_of(const Yaml& value);

}  // namespace streamworker::config
