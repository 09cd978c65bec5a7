// How the rows of a table with windows lie in its store (table/window_key.h), for its readers.
#pragma once

#include <optional>

#include "runtime/plan.h"
#include "window/hops.h"

namespace streamworker::query {

struct WindowForm {
  std::optional<Hops> hops;  // none: sessions, whose rows know where they end
  bool panes = false;        // a row for each pane and key; else for each window and key
};

// REQUIRES: it has windows
WindowForm window_form(const TablePlan& plan);

}  // namespace streamworker::query
