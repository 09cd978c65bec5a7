// One row of CSV (RFC 4180) → its fields.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/arena.h"

namespace streamworker {

struct CsvText {
  std::string_view text;
  bool quoted = false;
};

// Fields in quotes may hold commas, line ends and doubled quotes; blanks belong to a field. Texts
// are views of `row`, of the arena where quotes were doubled. The row ends with `row`, without a
// line end. Skip: a quote within a field that has none at its beginning or that is never closed,
// something behind the last one, a line end outside of quotes.
Result<void> split_csv(std::string_view row, Arena& arena, std::vector<CsvText>& fields);

}  // namespace streamworker
