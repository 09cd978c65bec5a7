// Bytes as text (RFC 4648, the standard alphabet, padded).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/arena.h"

namespace streamworker {

void append_base64(std::string_view bytes, std::string& out);
// The bytes, in the arena. None: not the base64 of anything (padding is required, bits behind the
// last byte must be 0).
std::optional<std::string_view> decode_base64(std::string_view text, Arena& arena);

}  // namespace streamworker
