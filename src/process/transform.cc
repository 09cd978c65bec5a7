#include "process/transform.h"

namespace streamworker {

Transform::Transform(sql::Expressions expressions, std::optional<sql::Expressions> where,
                     BadRecords& bad, Counter filtered)
    : expressions_(std::move(expressions)),
      where_(std::move(where)),
      bad_(bad),
      filtered_(filtered),
      out_(expressions_.schema()) {}

Result<void> Transform::process(const Batch& batch) {
  out_.clear();
  size_t filtered = 0;
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    Value* row = out_.add(meta);
    auto passes = expressions_.run(batch.row(i), meta, out_.arena(), row);
    if (passes && *passes) continue;
    out_.drop_last();
    if (passes) {
      ++filtered;
    } else if (auto refused = refuse(batch.row(i), meta, passes.error()); !refused) {
      return refused;
    }
  }
  if (filtered > 0) filtered_.add(static_cast<double>(filtered));
  return hand_on(out_);
}

Result<void> Transform::refuse(const Value* row, const Meta& meta, const Error& error) {
  if (error.remedy != Remedy::Skip) return error;
  const bool wheres = where_ && !where_->run(row, meta, out_.arena(), nullptr);
  return bad_.take(meta, wheres ? "where" : "select", error.message);
}

}  // namespace streamworker
