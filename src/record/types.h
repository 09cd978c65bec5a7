// The names of types, as the pipeline file writes them.
#pragma once

#include <optional>
#include <string_view>

#include "record/value.h"

namespace streamworker {

// "string", "decimal(10,3)", …: what `to_string(FieldType)` writes; blanks inside the parentheses
// are fine. None: there is no such type, or a decimal's digits are out of range (1 to 38, of which
// at most all behind the point). `any` is not a type that a file can name.
std::optional<FieldType> parse_type(std::string_view text);

}  // namespace streamworker
