// What an Engine is made of (expressions.h says what it is).
#pragma once

#include "sql/call.h"
#include "sql/clock_vfs.h"
#include "sql/expressions.h"
#include "sql/sqlite.h"

namespace streamworker::sql {

struct Engine::State {
  State(const Clock& clock, std::optional<int64_t> seed);

  ClockVfs vfs;
  Memory memory;
  Connection connection;
  Statement json_check;  // SELECT json_valid(?1)
  // Why the authorizer refused what is being compiled; empty: it did not.
  std::string refusal;

  // Asks the authorizer from now on.
  void authorize();
  // Is it JSON, as SQLite's functions take it?
  bool is_json(std::string_view text);
};

}  // namespace streamworker::sql
