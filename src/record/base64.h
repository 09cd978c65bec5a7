// Bytes as text (RFC 4648, the standard alphabet, padded).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "record/arena.h"

namespace streamworker {

// How long the text of so many bytes is.
constexpr size_t base64_size(size_t bytes) { return (bytes + 2) / 3 * 4; }
// At most so many bytes a text of this length is.
constexpr size_t base64_room(size_t text) { return text / 4 * 3; }

// Writes base64_size(bytes.size()) characters.
void write_base64(std::string_view bytes, char* out);
void append_base64(std::string_view bytes, std::string& out);
// Writes at most base64_room(text.size()) bytes and returns how many. None: not the base64 of
// anything (padding is required, bits behind the last byte must be 0).
std::optional<size_t> read_base64(std::string_view text, char* out);
// The bytes, in the arena. None as above.
std::optional<std::string_view> decode_base64(std::string_view text, Arena& arena);

}  // namespace streamworker
