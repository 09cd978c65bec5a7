#include "table/aggregate_step.h"

#include <algorithm>

#include "base/log.h"

namespace streamworker {

AggregateStep::AggregateStep(std::unique_ptr<store::TableState> state, AggregateParts parts,
                             store::RowBudget& budget, BadRecords& bad, Meters meters)
    : TableStep(std::move(state)),
      parts_(std::move(parts)),
      form_(*parts_.calls, parts_.key),
      budget_(budget),
      rows_(form_, budget),
      bad_(bad),
      meters_(meters),
      out_(parts_.view->schema()),
      arguments_(parts_.folds ? parts_.calls->width() : 0) {}

Result<void> AggregateStep::process(const Batch& batch) {
  out_.clear();
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    if (skips(meta) || (meta.deleted && !meta.taken_back && !parts_.newest)) continue;
    auto done = take_keyed(batch, i);
    if (done) continue;
    if (done.error().remedy != Remedy::Skip) return done;
    if (auto kept = bad_.take(meta, "aggregate", done.error().message); !kept) return kept;
  }
  auto handed = hand_on(out_);
  rows_.trim();
  return handed;
}

Result<void> AggregateStep::take_keyed(const Batch& batch, size_t i) {
  key_.clear();
  auto keyed = parts_.key_text->append(batch.row(i), key_);
  if (!keyed) return keyed.error();
  goes_on_ = *keyed && is_replaced_by_next(batch, i);
  if (*keyed) return take(batch.row(i), batch.meta(i));
  meters_.null_keys.add();
  return {};
}

bool AggregateStep::is_replaced_by_next(const Batch& batch, size_t i) {
  if (!batch.meta(i).taken_back || i + 1 == batch.size()) return false;
  const Meta& next = batch.meta(i + 1);
  if (next.taken_back || next.deleted) return false;
  next_key_.clear();
  const auto keyed = parts_.key_text->append(batch.row(i + 1), next_key_);
  return keyed && *keyed && next_key_ == key_;
}

Result<const Value*> AggregateStep::arguments(const TableRow& row, const Value* values,
                                              const Meta& meta, const Window& window) {
  const Value* const given = values + parts_.key.size();
  if (!parts_.folds) return given;
  const size_t width = parts_.calls->width() - parts_.folds->size();
  std::copy_n(given, width, arguments_.begin());
  auto made = parts_.folds->run({values, window}, row.state, {given + width, meta}, out_.arena(),
                                arguments_.data() + width);
  if (!made) return made.error();
  return arguments_.data();
}

Result<void> AggregateStep::add(TableRow& row, const Value* values, const Meta& meta,
                                const Window& window) {
  auto given = arguments(row, values, meta, window);
  if (!given) return given.error();
  auto done = meta.taken_back ? parts_.calls->take_back(row.state, *given)
                              : parts_.calls->add(row.state, *given);
  if (done) form_.keep_key(values, row);
  return done;
}

Result<void> AggregateStep::may_add(const TableRow& row, const Value* values, const Meta& meta,
                                    const Window& window) {
  auto given = arguments(row, values, meta, window);
  if (!given) return given.error();
  return parts_.calls->may_add(row.state, *given, meta.taken_back);
}

bool AggregateStep::counts_nothing(const TableRow& row) {
  return parts_.calls->result(row.state, parts_.calls->size() - 1, out_.arena()).as_int() == 0;
}

bool AggregateStep::shows(const Shown& what, const Meta& meta, const TableRow& row) {
  Value* made = out_.add(meta);
  const auto shown =
      parts_.view->show({what.key, what.window}, row.state, meta, out_.arena(), made);
  out_.drop_last();
  return shown && *shown;
}

bool AggregateStep::tell_old(const Shown& what, const Meta& meta, const TableRow& row) {
  if (!row.shown) return false;
  Meta old = meta;
  old.taken_back = true;
  old.deleted = false;
  old.key = out_.arena().copy(what.text);
  Value* made = out_.add(old);
  // It was shown before, so it can be.
  (void)parts_.view->show({what.key, what.window}, row.state, old, out_.arena(), made);
  return true;
}

void AggregateStep::tell(const Shown& what, const Meta& meta, TableRow& row, bool exists) {
  Meta now = meta;
  now.taken_back = false;
  now.deleted = false;
  now.key = out_.arena().copy(what.text);
  Value* made = out_.add(now);
  Result<bool> shown = false;
  if (exists)
    shown = parts_.view->show({what.key, what.window}, row.state, now, out_.arena(), made);
  if (!shown) {
    meters_.not_shown.add();
    log::warn("table", "table {}: the row of key {} cannot be shown: {}", name(), what.text,
              shown.error().message);
    return out_.drop_last();
  }
  const bool was = std::exchange(row.shown, *shown);
  if (*shown) return;
  if (!was) return out_.drop_last();
  out_.meta(out_.size() - 1).deleted = true;
  const size_t kept = parts_.key.size() + (what.window ? 2 : 0);
  std::fill(made + kept, made + out_.schema().size(), Value());
  if (exists) return;
  std::copy_n(what.key, parts_.key.size(), made);
  if (!what.window) return;
  made[kept - 2] = timestamp_of(what.window->start);
  made[kept - 1] = timestamp_of(what.window->end);
}

void AggregateStep::collect(std::vector<store::RowChange>& rows) {
  bytes_.clear();
  rows_.sort_changed();
  std::vector<size_t> ends;
  ends.reserve(rows_.changed().size());
  for (const Rows::Entry* entry : rows_.changed()) {
    if (entry->exists) form_.append(entry->row, bytes_);
    ends.push_back(bytes_.size());
  }
  size_t begin = 0;
  for (size_t i = 0; i < ends.size(); begin = ends[i++]) {
    const Rows::Entry* entry = rows_.changed()[i];
    rows.push_back({entry->key, {}, !entry->row.age || !entry->row.age->placed});
    if (entry->exists) rows.back().value = std::string_view(bytes_).substr(begin, ends[i] - begin);
  }
}

void AggregateStep::saved() {
  rows_.committed();
  rows_.trim();
}

}  // namespace streamworker
