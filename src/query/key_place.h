// Keys as people write them, in a path or a parameter, as the text that stands on the wire and in
// the store (record/key.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/arena.h"
#include "record/schema.h"

namespace streamworker::query {

// `text` is the value of a key of one field, or a JSON array with a value for each field. None: it
// is no key of these fields.
std::optional<std::string> key_text(const Schema& key, std::string_view text);

// From a text for each field. `values`: what they are, as views into the texts or the arena.
std::optional<std::string> key_text(const Schema& key, const std::vector<std::string>& texts,
                                    Arena& arena, std::vector<Value>& values);

// What `text` must be: "id (string)", "a JSON array of id (string), n (int)".
std::string key_in_words(const Schema& key);

}  // namespace streamworker::query
