// Resets a table (DESIGN 1.3): it and those that hang on it are built again from the source, at the
// next start of the workers. They must be stopped.
//
// Two transactions, and between them the changelogs are emptied: the first says in each changelog
// that a reset has begun (a worker that starts then stops with that message), the second where the
// tables go on, and what leads to them. So a reset that was interrupted is done by running it
// again. Each of the two is an incarnation of its own: a host that has rows of before, or of in
// between, sees that it names theirs, and fills its folders anew. Nothing is taken back from sinks:
// they are told the rows again, as changes.
//
// Positions of databases and of outputs that do not lead to the tables stay. Where a table reads an
// internal topic it begins at that topic's end, since what leads there is sent again.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/topics.h"
#include "config/spec.h"
#include "runtime/reset_plan.h"
#include "store/progress.h"

namespace streamworker {

class TableReset {
 public:
  // All must outlive this object.
  TableReset(Log& log, const config::File& file, const Plan& plan, const ResetPlan& what,
             const Clock& clock);

  // Changes nothing. Retry: the log is away. Stop: the group has members, or a source topic does
  // not begin at its first record any more; with `force` the latter is no reason.
  Result<void> check(bool force);
  // REQUIRES: `check` found nothing. Retry, Stop: run it again, `check` first.
  Result<void> run();

  // In words, for people; after `check`.
  std::vector<std::string> sources() const;     // "data (2 partitions, 500 records)"
  std::vector<std::string> tables() const;      // all that are built again
  std::vector<std::string> changelogs() const;  // topics

 private:
  // A partition of a table.
  struct Part {
    const Stage* stage = nullptr;
    const TablePlan* table = nullptr;
    TopicPartition changelog;
    Position input;            // where it goes on
    store::Progress progress;  // as it will be
  };

  Result<void> check_members();
  Result<void> look_at_sources(bool force);
  Result<void> ask_marks(const std::string& topic);
  Result<void> prepare();
  Result<void> find_parts();
  Result<void> read_old(Part& part);
  // A transaction that writes the progress of all parts. `begun`: without their definition, which
  // says that the reset is not over; else with the group's offsets.
  Result<void> write(bool begun);
  Result<void> empty_changelogs(const Producer& producer);
  Result<void> delete_below(const std::vector<Position>& below);

  Result<std::vector<Committed>> moved_offsets();
  Result<void> move(size_t stage, Committed& committed) const;

  Log& log_;
  const config::File& file_;
  const Plan& plan_;
  const ResetPlan& what_;
  const Clock& clock_;
  std::unique_ptr<Consumer> consumer_;
  Topics topics_;
  std::map<TopicPartition, Watermarks> marks_;  // of the topics of all stages that are touched
  std::vector<Part> parts_;
};

}  // namespace streamworker
