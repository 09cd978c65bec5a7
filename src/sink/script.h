// A file of SQL, taken apart into its statements as the database's own client would.
//
// MySQL: statements end with a semicolon outside of quotes, `names` and comments, or with what a
// line `DELIMITER $$` says; the lines DELIMITER themselves go nowhere. SQLite: as sqlite3_complete
// says, so that the semicolons in a trigger's body end nothing. What stands behind the last end is
// a statement too. Comments before a statement are left out, and so is what is nothing but
// comments;
// `/*! … */` is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sink/identifier.h"

namespace streamworker::sink {

struct ScriptStatement {
  std::string text;  // without what ended it
  int line = 1;      // of its first character
};

struct ScriptFault {
  int line = 1;
  std::string message;
};

struct Script {
  std::vector<ScriptStatement> statements;
  std::vector<ScriptFault> faults;  // DELIMITER without anything; any: run nothing
};

Script take_apart(Dialect dialect, std::string_view text);

}  // namespace streamworker::sink
