#include "process/transform.h"

namespace streamworker {

Transform::Transform(sql::Expressions expressions, BadRecords& bad, Counter filtered)
    : expressions_(std::move(expressions)),
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
    } else if (auto taken = bad_.take(meta, "select", passes.error().message); !taken) {
      return taken;
    }
  }
  if (filtered > 0) filtered_.add(static_cast<double>(filtered));
  return hand_on(out_);
}

}  // namespace streamworker
