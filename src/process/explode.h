// explode: one row for each element of a JSON array, in its order; the other columns are repeated.
// A null gives no row. Elements are handed on as json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "process/relay.h"
#include "sql/expressions.h"

namespace streamworker {

class Explode final : public Relay {
 public:
  // `of` makes the array, as its only column; `out` is the schema of the rows handed on, in which
  // `as` is the last column. `in` is that of the rows taken.
  Explode(sql::Expressions of, const Schema& in, const Schema& out, BadRecords& bad);
  Result<void> process(const Batch& batch) override;

 private:
  Result<void> elements_of(const Value* row, const Meta& meta);
  void add(const Value* row, const Meta& meta, std::string_view element);

  sql::Expressions of_;
  BadRecords& bad_;
  std::vector<size_t> kept_;  // for each column of `out` but the last: its slot in `in`
  Batch out_;
  std::vector<std::string_view> elements_;
};

// The elements of a JSON array as they stand in its text, which must be valid JSON. False: it is no
// array.
bool split_array(std::string_view text, std::vector<std::string_view>& elements);

}  // namespace streamworker
