// Composite keys: the JSON array that stands as a record's key on the wire (see KeyText).
#pragma once

#include <optional>
#include <string_view>

#include "record/arena.h"

namespace streamworker {

struct JsonKeyPart {
  enum class Kind { Null, Bool, Number, String };
  Kind kind = Kind::Null;
  std::string_view text;  // a string's content, a number's text, "true" or "false"
};

// Part `index` of a JSON array of exactly `count` scalars; its text comes to lie in the arena.
// None: the key is not such an array.
std::optional<JsonKeyPart> read_json_key(std::string_view key, size_t index, size_t count,
                                         Arena& arena);

}  // namespace streamworker
