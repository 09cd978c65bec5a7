// A connection for SQL that anybody may send: queries on virtual tables, and nothing else.
//
// The functions of expressions are there, but those that are for generators. What writes, opens
// files, changes settings or shows SQLite's own tables is refused when it is prepared; values and
// statements are limited in size, statements in time. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "sql/sqlite.h"
#include "sql/virtual_table.h"

namespace streamworker::sql {

class ReadOnly {
 public:
  // All must outlive it. A table that SQLite cannot take (two columns whose names differ in case
  // alone) is not there. Throws std::runtime_error: out of memory.
  ReadOnly(const Clock& clock, const std::vector<VirtualTable*>& tables);
  ~ReadOnly();

  // One query. Stop: it is none, or may not be asked; the message is for who wrote it.
  Result<Statement> prepare(std::string_view text);
  // From now on statements fail (Retry) when the clock is past it.
  void set_deadline(Duration steady);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace streamworker::sql
