#include "process/transform.h"

#include <algorithm>

namespace streamworker {

Transform::Transform(sql::Expressions expressions, std::optional<sql::Expressions> where,
                     BadRecords& bad, Counter filtered, bool changes)
    : expressions_(std::move(expressions)),
      where_(std::move(where)),
      bad_(bad),
      filtered_(filtered),
      changes_(changes),
      out_(expressions_.schema()) {}

Result<void> Transform::process(const Batch& batch) {
  out_.clear();
  size_t filtered = 0;
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    if (changes_) {
      if (auto done = add_change(batch.row(i), meta); !done) return done;
      continue;
    }
    auto passes = add(batch.row(i), meta);
    if (!passes) return passes.error();
    if (!*passes) ++filtered;
  }
  if (filtered > 0) filtered_.add(static_cast<double>(filtered));
  return hand_on(out_);
}

// False: the where said no. True as well for a row that was refused.
Result<bool> Transform::add(const Value* row, const Meta& meta) {
  auto passes = expressions_.run(row, meta, out_.arena(), out_.add(meta));
  if (passes && *passes) return true;
  out_.drop_last();
  if (passes) return false;
  if (auto refused = refuse(row, meta, passes.error()); !refused) return refused.error();
  return true;
}

// The row as it was comes first, if there was one; then the row as it is, or that it is gone.
Result<void> Transform::add_change(const Value* row, const Meta& meta) {
  const bool passed = std::exchange(passed_, false);
  const size_t before = out_.size();
  if (meta.deleted && where_ && !passed) return {};
  if (!meta.deleted || !where_) {
    auto passes = add(row, meta);
    if (!passes) return passes.error();
    if (out_.size() > before) {
      passed_ = meta.taken_back;
      return {};
    }
    if (*passes || meta.taken_back || !passed) return {};
  }
  Meta gone = meta;
  gone.deleted = true;
  Value* made = out_.add(gone);
  std::copy_n(out_.row(before - 1), out_.schema().size(), made);
  return {};
}

Result<void> Transform::refuse(const Value* row, const Meta& meta, const Error& error) {
  if (error.remedy != Remedy::Skip) return error;
  const bool wheres = where_ && !where_->run(row, meta, out_.arena(), nullptr);
  return bad_.take(meta, wheres ? "where" : "select", error.message);
}

}  // namespace streamworker
