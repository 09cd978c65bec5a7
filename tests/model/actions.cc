#include "model/actions.h"

namespace streamworker::model {

const std::vector<Next>& Nexts::of(const State& from) {
  from_ = &from;
  all_.clear();
  for (int w = 0; w < kWorkers; ++w) {
    add_start(*this, w);
    add_running(*this, w);
    add_commit(*this, w);
    add_sink(*this, w);
    add_broker(*this, w);
    add_faults(*this, w);
  }
  for (Next& next : all_) {
    if (is_fault(next.act)) --next.state.faults;
    normalize(next.state, rules_.trims());
  }
  return all_;
}

// Everything is new; or the group and the database are past the first record when the table is put
// into the file.
std::vector<State> beginnings(const Rules& rules) {
  State fresh;
  fresh.faults = static_cast<uint8_t>(rules.faults);
  fresh.group.owner = 0;
  fresh.workers[0].assigned = true;
  fresh.workers[0].step = Step::Producer;
  State new_table = fresh;
  new_table.group.offset = 1;
  new_table.readable = 1;
  if (rules.shape.database) {
    new_table.database.next = 1;
    new_table.database.rows = fold_of(1);
  }
  if (!rules.shape.table) return {fresh};
  return {fresh, new_table};
}

}  // namespace streamworker::model
