#include "table/newest_rows.h"

namespace streamworker {

NewestRows::NewestRows(std::vector<Aggregate> calls, const Schema& key, BadRecords& bad,
                       Counter null_keys)
    : calls_(std::move(calls)),
      form_(calls_, key),
      key_width_(key.size()),
      key_text_(key.fields()),
      bad_(bad),
      null_keys_(null_keys) {}

void NewestRows::clear() {
  changes_.clear();
  arena_.reset();
}

Result<void> NewestRows::process(const Batch& batch) {
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    auto done = take(batch.row(i), meta);
    if (done) continue;
    if (done.error().remedy != Remedy::Skip) return done;
    if (auto kept = bad_.take(meta, "aggregate", done.error().message); !kept) return kept;
  }
  return {};
}

Result<void> NewestRows::take(const Value* values, const Meta& meta) {
  key_.clear();
  const auto keyed = key_text_.append(values, key_);
  if (!keyed) return keyed.error();
  if (!*keyed) {
    null_keys_.add();
    return {};
  }
  store::RowChange change{arena_.copy(key_), {}};
  if (!meta.deleted) {
    calls_.clear(row_.state);
    if (auto added = calls_.add(row_.state, values + key_width_); !added) return added;
    row_.key.clear();
    form_.keep_key(values, row_);
    bytes_.clear();
    form_.append(row_, bytes_);
    change.value = arena_.copy(bytes_);
  }
  changes_.push_back(change);
  return {};
}

}  // namespace streamworker
