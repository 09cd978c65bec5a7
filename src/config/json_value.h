// Is a default of type json JSON at all? (codec/ reads records; it stands after this folder.)
#pragma once

#include <string_view>

namespace streamworker::config {

// One JSON value and nothing behind it, nested at most 64 deep.
bool is_json(std::string_view text);

}  // namespace streamworker::config
