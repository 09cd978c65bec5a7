// JSON's scalars as text. What is appended is always valid JSON when the strings are UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace streamworker {

// With its quotes. Escapes what JSON demands (quote, backslash, control characters), nothing else.
void append_json_string(std::string_view text, std::string& out);
void append_int(int64_t value, std::string& out);
// The shortest text that reads back as the same double. False, and nothing appended: not finite.
[[nodiscard]] bool append_double(double value, std::string& out);

}  // namespace streamworker
