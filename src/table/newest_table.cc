#include "table/newest_table.h"

#include <utility>

namespace streamworker {

Result<void> NewestTable::take(const Value* values, const Meta& meta) {
  auto found = rows_.find(key());
  if (!found) return found.error();
  Rows::Entry& entry = **found;
  if (meta.deleted && !entry.exists) return {};
  const Shown what{values, key(), {}};
  const bool told_old = parts_.tell_old && tell_old(what, meta, entry.row);
  if (!meta.deleted) {
    if (auto done = replace(entry.row, values); !done) {
      if (told_old) told().drop_last();
      return done;
    }
  }
  entry.exists = !meta.deleted;
  rows_.change(entry);
  if (parts_.read) tell(what, meta, entry.row, entry.exists);
  if (!entry.exists) entry.row = form_.make();
  return {};
}

Result<void> NewestTable::replace(TableRow& row, const Value* values) {
  parts_.calls->clear(fresh_);
  const Value* const fields = values + parts_.key.size();
  if (auto added = parts_.calls->add(fresh_, fields); !added) return added;
  std::swap(row.state, fresh_);
  form_.keep_key(values, row);
  return {};
}

}  // namespace streamworker
