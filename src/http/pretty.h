// JSON laid out for people.
#pragma once

#include <string>
#include <string_view>

namespace streamworker::http {

// The same values with line ends and two spaces a level. `json` must be valid.
std::string pretty(std::string_view json);

}  // namespace streamworker::http
