// The reference of all keys, for config/README.md.
#pragma once

#include <string>

namespace streamworker::config {

// A table for each mapping of the file, in the order of keys.h; Markdown.
std::string reference_markdown();

}  // namespace streamworker::config
