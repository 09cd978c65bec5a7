#include "runtime/live_settings.h"

namespace streamworker {

LiveSettings live_settings(const config::File& file) {
  LiveSettings out;
  out.commit = file.commit;
  for (const config::Pipeline& pipeline : file.pipelines)
    out.pipelines[pipeline.name] = {pipeline.batch.value_or(config::BatchLimits{}),
                                    pipeline.paused.value_or(false)};
  return out;
}

void SharedSettings::set(LiveSettings next) {
  auto made = std::make_shared<const LiveSettings>(std::move(next));
  const std::lock_guard lock(mutex_);
  now_ = std::move(made);
  version_.fetch_add(1, std::memory_order_release);
}

std::shared_ptr<const LiveSettings> SharedSettings::get() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

}  // namespace streamworker
