// A result set as a table for people: columns under their names, numbers to the right, NULL as
// NULL, control characters as \n, \t or \x1f.
#pragma once

#include <string>

#include "sink/session.h"

namespace streamworker::cli {

std::string table_text(const sink::SqlResult& result);

}  // namespace streamworker::cli
