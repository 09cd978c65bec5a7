// Why an aggregate does not take a record: a small reason, made a message only when it happens.
#pragma once

#include <cstdint>

namespace streamworker {

enum class Refusal : uint8_t {
  None,
  Kind,        // a value of a kind that the function does not take
  NotFinite,   // NaN or an infinity
  Precision,   // an argument does not fit the decimal that it is rounded to
  Range,       // the result would leave its type
  Full,        // the state would be larger than its limit
  NeverAdded,  // it takes back what it never got
};

}  // namespace streamworker
