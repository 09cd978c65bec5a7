// UUIDs as text: 8-4-4-4-12 hex digits. Read in either case, written in lower case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/value.h"

namespace streamworker {

constexpr size_t kUuidText = 36;

std::optional<Value> parse_uuid(std::string_view text);
void append_uuid(const unsigned char* bytes, std::string& out);

}  // namespace streamworker
