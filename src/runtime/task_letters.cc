// What a task does for dead letters: markers at its start, and replayed records on their way.
#include <algorithm>

#include "base/log.h"
#include "runtime/task.h"

namespace streamworker {

// Where all that a letter concerns has to be processed again: at the largest position of those that
// write it. A letter below is still the only trace of its record for one of them, and when the
// record fails again its letter is the same one. None: not all positions are known.
std::optional<Offset> Task::start_of(const LetterScope& scope) const {
  std::optional<Offset> start;
  for (const Output* output : scope.outputs) {
    const auto found = positions_.find(output->name());
    if (found == positions_.end()) return {};
    start = std::max(start.value_or(next_), found->second);
  }
  for (const TableStep* table : scope.tables)
    start = std::max(start.value_or(next_), table->skips_below());
  for (const Part* part : scope.parts) {
    if (!part->active() || part->paused()) return {};
    start = std::max(start.value_or(next_), part->skips_below());
  }
  return start;
}

Result<void> Task::mark_start() {
  if (marked_ || body_.letters == nullptr) return {};
  for (const LetterScope& scope : body_.scopes) {
    const auto start = start_of(scope);
    if (!start) continue;
    if (auto done = body_.letters->mark({{}, at_, scope.pipeline, scope.sink, *start}); !done)
      return done;
  }
  marked_ = true;
  return {};
}

Result<void> Task::flush_letters() {
  return body_.letters == nullptr ? Result<void>() : body_.letters->flush();
}

Result<void> Task::walk(const Batch& batch) {
  for (Step* root : body_.roots)
    if (auto done = root->process(batch); !done) return done;
  return {};
}

// Neighbours with the same target go together, in their order.
Result<void> Task::walk_runs() {
  for (size_t i = 0; i < batch_.size();) {
    const auto target = replay_target(batch_.meta(i).headers);
    run_.clear();
    for (; i < batch_.size() && replay_target(batch_.meta(i).headers) == target; ++i)
      std::copy_n(batch_.row(i), batch_.schema().size(), run_.add(batch_.meta(i)));
    if (target) {
      const ReplayRoutes::Route& route = body_.routes->of(*target);
      body_.way->open = &route.walks;
      if (route.empty) {
        meters_.lost_way.add(static_cast<double>(run_.size()));
        if (!body_.routes->foreign(*target))
          log::warn("process", "{}@{} was replayed for {}, which does not read this topic: skipped",
                    to_string(at_), run_.meta(0).offset, target->pipeline);
      }
    }
    auto done = walk(run_);
    body_.way->open = nullptr;
    if (!done) return done;
  }
  return {};
}

}  // namespace streamworker
