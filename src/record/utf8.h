// Is it UTF-8?
#pragma once

#include <cstddef>
#include <string_view>

namespace streamworker {

// Where the first byte stands that no UTF-8 text has there; the text's size: all of it is valid.
// Overlong forms, surrogates and code points beyond U+10FFFF are not. ASCII is taken 8 bytes a
// step.
size_t valid_utf8_prefix(std::string_view text);
inline bool is_utf8(std::string_view text) { return valid_utf8_prefix(text) == text.size(); }

}  // namespace streamworker
