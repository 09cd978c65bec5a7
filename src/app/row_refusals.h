// Rows that a database refuses, of one part: what becomes of them is what their stream's `on_error`
// says (bad_records.h). Called by the database on the sink thread, inside its transaction.
//
// A letter is acknowledged before the COMMIT, so a transaction that is rolled back leaves its
// letters behind. When the same batch comes again a marker voids them first: the row may be refused
// otherwise then, or taken; when a task that was made anew brings it, the marker of that task's
// start has done so. A row that is refused again is not counted again. That marker names the step:
// the letters of other steps of this sink, `select` for its columns, are the stream thread's, which
// does not make them again.
#pragma once

#include <set>

#include "app/bad_records.h"
#include "sink/database.h"

namespace streamworker {

class PartRefusals final : public RowRefusals {
 public:
  // `letters` is the sink thread's, null unless the policy is dead_letter.
  PartRefusals(BadPlace place, config::OnError policy, DeadLetters* letters, Metrics& metrics);
  Result<void> take(const PartId& part, const Batch& rows,
                    const std::vector<RefusedRow>& refused) override;

 private:
  BadPlace place_;
  DeadLetters* letters_;
  PolicyAt bad_;
  std::optional<Offset> batch_;  // the first offset of the last one that had refused rows
  std::set<size_t> refused_;     // its rows that were refused, at any attempt
};

}  // namespace streamworker
