#include "table/aggregate_table.h"

namespace streamworker {

Result<void> AggregateTable::take(const Value* values, const Meta& meta) {
  auto found = rows_.find(key());
  if (!found) return found.error();
  return take_row(**found, values, meta);
}

Result<void> AggregateTable::take_row(Rows::Entry& entry, const Value* values, const Meta& meta) {
  const Shown what{values, key(), {}};
  const bool told = parts_.tell_old && tell_old(what, meta, entry.row);
  if (auto done = add(entry.row, values, meta); !done) {
    if (told) this->told().drop_last();
    return done;
  }
  entry.exists = !parts_.counted || !counts_nothing(entry.row);
  rows_.change(entry);
  if (parts_.read) tell(what, meta, entry.row, entry.exists);
  if (!entry.exists) entry.row = form_.make();
  return {};
}

}  // namespace streamworker
