#include "app/bad_records.h"

#include "base/log.h"

namespace streamworker {

SkipOrFail::SkipOrFail(std::string topic, config::OnError policy, Counter skipped)
    : topic_(std::move(topic)), policy_(policy), skipped_(skipped) {}

Result<void> SkipOrFail::take(const Meta& meta, const std::string& step,
                              const std::string& message) {
  const std::string what = fmt::format("bad record {}[{}]@{} in {}: {}", topic_, meta.partition,
                                       meta.offset, step, message);
  if (policy_ == config::OnError::Fail)
    return stop(what + "; to go on past such records set on_error: skip on their stream");
  skipped_.add();
  log::warn("process", "skipped {}", what);
  return {};
}

}  // namespace streamworker
