// Which windows a request asks for: window=now|current|latest|all, at=<time>, delta=<duration>.
#pragma once

#include <string>

#include "base/clock.h"
#include "http/target.h"
#include "query/window_rows.h"

namespace streamworker::http {

// All where nothing is said; `now` is the wall clock's. False: `fault` says what the parameters
// must be.
bool read_windows(const Target& target, WallTime now, query::WindowsAsked& asked,
                  std::string& fault);

}  // namespace streamworker::http
