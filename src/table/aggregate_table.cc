#include "table/aggregate_table.h"

#include <utility>

namespace streamworker {

Result<void> AggregateTable::take(const Value* values, const Meta& meta) {
  auto found = rows_.find(key());
  if (!found) return found.error();
  return take_row(**found, values, meta);
}

Result<void> AggregateTable::take_row(Rows::Entry& entry, const Value* values, const Meta& meta) {
  const Shown what{values, key(), {}};
  const bool half = std::exchange(half_, false);
  const bool told = !half && parts_.tell_old && tell_old(what, meta, entry.row);
  auto done = add(entry.row, values, meta);
  if (done) {
    entry.exists = !parts_.counted || !counts_nothing(entry.row);
    rows_.change(entry);
  } else if (!half) {
    if (told) this->told().drop_last();
    return done;
  }
  half_ = done && goes_on();
  if (parts_.read && !half_) tell(what, meta, entry.row, entry.exists);
  if (!entry.exists) clear(entry.row);
  return done;
}

// Readers have it as they had it.
void AggregateTable::clear(TableRow& row) const {
  const bool shown = row.shown;
  row = form_.make();
  row.shown = shown;
}

}  // namespace streamworker
