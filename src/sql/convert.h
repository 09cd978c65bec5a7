// A value as another type: what `{expr, type}` does with a result.
//
// Nothing is lost silently but what rounding to a decimal's digits (half away from zero), the time
// of day of a date and the nearest double of a large number lose. Texts are read in their iso
// forms, integers as timestamps are milliseconds; a string of a number is its text.
#pragma once

#include <optional>

#include "record/arena.h"
#include "record/value.h"

namespace streamworker::sql {

// None: it does not fit. Views of new text lie in the arena, others stay where they were. Json is
// not checked here, but that it is no blob. REQUIRES: not null, type is not Any.
std::optional<Value> convert(const Value& value, FieldType type, Arena& arena);

// For messages: `"12.5"`, 12.5, a blob of 3 bytes; long texts are cut.
std::string describe(const Value& value);

}  // namespace streamworker::sql
