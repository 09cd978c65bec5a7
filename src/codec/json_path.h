// Where in a JSON text something is: "$.items[3].name", for messages.
#pragma once

#include <string>
#include <string_view>

namespace streamworker {

// The path of the value that the byte at `offset` belongs to, of a text that is JSON up to there.
// Names that are not plain words stand in brackets. Long paths end with "…". Never fails.
std::string json_path(std::string_view text, size_t offset);

// The JSON value (or what is left of one) at `offset`, cut to a length that fits a message.
std::string json_excerpt(std::string_view text, size_t offset);

// Behind the closing quote of the string that opens at `offset`.
size_t json_string_end(std::string_view text, size_t offset);

}  // namespace streamworker
