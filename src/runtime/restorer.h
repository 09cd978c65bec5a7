// Brings the tables of a stream thread's tasks to the end of their changelogs (DESIGN 4.6), several
// at once, a piece with each step, so that the thread goes on with everything else meanwhile.
//
// REQUIRES of `add`: the group's offsets were read as stable before, so that no predecessor's
// transaction is open. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "log/log.h"
#include "store/restore.h"
#include "table/table_step.h"

namespace streamworker {

class Restorer {
 public:
  // `settings`: those of the thread's own consumer; the one made here never joins the group. A
  // partition takes as much memory for its rows as for what is fetched ahead.
  Restorer(Log& log, const Clock& clock, Metrics& metrics, const ConsumerSettings& settings);

  // The table must live until it is loaded, or `clear`.
  void add(TableStep& table) { items_.push_back({&table, nullptr, 0, 0, {}, 0}); }
  void clear();
  bool done() const { return items_.empty(); }
  // True: something went forward. Retry: the log is away, and the tables stay as far as they are.
  // Stop: a changelog does not fit, and what to do.
  Result<bool> step();
  // "restoring totals[3]: 41 %"; empty: nothing is to be restored.
  std::string waits_for() const;

 private:
  struct Item {
    TableStep* table = nullptr;
    std::unique_ptr<store::Restore> restore;
    Offset begin = 0;
    Offset end = 0;
    Duration since{};
    Offset reached = 0;
  };
  Result<bool> begin_all();
  Result<bool> begin(Item& item);
  Result<void> check(const store::TableState& state, const Watermarks& marks) const;
  Result<void> begin_anew(Item& item, const std::string& why);
  Result<void> fetch();
  Result<bool> take();
  Result<bool> take(Item& item, size_t k);
  Result<bool> end(Item& item);
  Result<bool> read_on(Item& item);
  Result<void> finish(Item& item);

  Log& log_;
  const Clock& clock_;
  Metrics& metrics_;
  ConsumerSettings settings_;
  std::unique_ptr<Consumer> consumer_;
  std::vector<Item> items_;
  std::vector<size_t> reading_;  // of items_, in the order of the last fetch
  bool fetch_again_ = false;     // an end moved
  Duration moved_at_{};          // steady: something was read, or is read anew
};

}  // namespace streamworker
