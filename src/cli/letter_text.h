// Dead letters as text: a table, one letter whole, and JSON for machines.
//
// Bytes of records are printed so that a terminal is safe from them: control characters and what is
// no UTF-8 as \xNN. In JSON, text that is no UTF-8 is {"base64": …}.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/letter_box.h"

namespace streamworker::cli {

// `width` of the terminal; none: as wide as it gets. With a line of heads.
std::string letter_table(const std::vector<StoredLetter>& letters, std::optional<size_t> width);
// Several lines.
std::string letter_whole(const Letter& letter);
// One line; `whole`: with key, value and headers.
std::string letter_json(const Letter& letter, bool whole);

// `lines`: a line feed may stay.
std::string printable(std::string_view bytes, bool lines);

}  // namespace streamworker::cli
