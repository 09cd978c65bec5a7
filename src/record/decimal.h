// Decimals: exact numbers as an unscaled 128-bit integer and a count of fraction digits (the
// scale).
//
// 12.5 as a decimal(10,3) is 12500 with scale 3. Nothing here goes through a double, but the two
// functions that say so. No allocation but in the string that is appended to; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/value.h"

namespace streamworker {

// What happens to digits behind the last one that a type has room for.
enum class Rounding {
  Exact,  // they must be zeros
  Cut,    // they are dropped
  Round,  // half away from zero
};

// 10^n, n from 0 to 38.
Int128 power_of_ten(unsigned n);

// The unscaled value of a number's text ("12.5", "-1e3", "+.5"): JSON's form, and also a leading
// plus and a missing digit on one side of the point. None: not a number, digits would be lost, or
// more digits than the type's precision. REQUIRES: type.type is Decimal.
std::optional<Int128> parse_decimal(std::string_view text, FieldType type,
                                    Rounding rounding = Rounding::Exact);

// The value in another scale. None: digits would be lost, or beyond the type's precision.
std::optional<Int128> rescale_decimal(Int128 unscaled, uint8_t scale, FieldType type,
                                      Rounding rounding = Rounding::Exact);

// "12.500": always exactly `scale` fraction digits.
void append_decimal(Int128 unscaled, uint8_t scale, std::string& out);

// The nearest double.
double decimal_to_double(Int128 unscaled, uint8_t scale);

// The double's shortest text, rounded half away from zero: 1.005 is 1.01 in two digits, as
// databases have it. None: not finite, or beyond the type's precision.
std::optional<Int128> decimal_from_double(double value, FieldType type);

}  // namespace streamworker
