// What the rows of a table depend on, in words: the fingerprint of its definition (DESIGN 1.3).
#pragma once

#include <string>

#include "config/spec.h"

namespace streamworker {

// A line for each part, "columns.total: sum(amount)".
std::string definition(const config::Table& table);
// "hopping 30s every 5s, grace 10s"
std::string window_in_words(const config::Window& window);

}  // namespace streamworker
