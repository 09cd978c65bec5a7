// Hands a row's fields to a statement. What SQLite reads lies in the row, or in the binder, until
// the next row: nothing is copied or allocated in a steady state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/batch.h"
#include "sql/rewrite.h"

struct sqlite3_stmt;

namespace streamworker::sql {

class Binder {
 public:
  explicit Binder(const Parameters& parameters);

  // `topic` must live as long as the values are used. Skip: see pseudo.h.
  Result<void> bind(sqlite3_stmt* statement, const Value* row, const Meta& meta,
                    std::string_view topic);

 private:
  struct Parameter {
    Source source;
    std::string scratch;  // text that is made of the value
  };
  std::vector<Parameter> parameters_;
};

}  // namespace streamworker::sql
