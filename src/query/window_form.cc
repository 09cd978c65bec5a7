#include "query/window_form.h"

#include "table/window_table.h"

namespace streamworker::query {

WindowForm window_form(const TablePlan& plan) {
  const config::Window& window = *plan.window;
  if (window.session) return {};
  const auto ms = [](Duration span) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(span);
  };
  // Readers do not ask whether a window is closed, and so not for its grace.
  const Hops hops(ms(window.size()), ms(window.every.value_or(window.size())), ms(Duration(0)));
  return {hops, keeps_panes(hops, Aggregates(plan.calls))};
}

}  // namespace streamworker::query
