// Folding: what of a batch has to reach the database, and in which order.
//
// Of the rows of one key only the last stands; with `newest` the last of the newest, where null is
// the oldest of all. A deleted row ends what came before it. Without `newest` the last row of a key
// decides alone; with `newest`, rows behind a deletion are not compared with what it deleted, so a
// key may need a deletion and a write. The result is what one row after the other would have left.
// A null in a key is equal to nothing: such rows are not folded, as in SQL.
//
// The steps are sorted by key where the database sees two keys as equal exactly when we do: it then
// goes through its index in one direction, and two writers meet in the same order (few deadlocks).
// Deletions then come first. Where the database's idea of equality is another one (a collation that
// ignores case), the steps keep the batch's order, so that the last one wins there, too; with
// `newest` and a deletion nothing is folded there, since the deletion may be of the same key.
#pragma once

#include <vector>

#include "sink/database.h"

namespace streamworker::sink {

enum class KeyOrder {
  Exact,    // keys are equal when their values are
  Padded,   // … or differ in trailing blanks only (MySQL's PAD SPACE collations)
  Unknown,  // keep the batch's order
};

struct Step {
  enum class Action : uint8_t { Write, Delete };
  Action action = Action::Write;
  uint32_t row = 0;
  bool operator==(const Step&) const = default;
};

// Replaces `steps`. Insert mode (`!table.upsert`): every row, in the batch's order.
//
// `refused` rows (ascending) are left out as if they were not in the batch. The other rows of their
// keys are not folded but each a step, in the batch's order, behind the sorted steps.
void fold(const Table& table, const Batch& rows, KeyOrder order,
          const std::vector<RefusedRow>& refused, std::vector<Step>& steps);

}  // namespace streamworker::sink
