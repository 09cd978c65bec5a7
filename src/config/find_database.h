// A database of the file by its name.
#pragma once

#include <string_view>

#include "config/spec.h"

namespace streamworker::config {

// Null: the file has none of that name. Lives as long as `file` and its `databases` do.
const Database* find_database(const File& file, std::string_view name);

}  // namespace streamworker::config
