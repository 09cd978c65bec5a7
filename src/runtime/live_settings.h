// What can change while the worker runs, as its threads take it (DESIGN 6.2).
//
// A LiveSettings is never changed. Whoever has a new one (the poller, a test) gives it to the
// SharedSettings; each stream thread looks at the version once a step, and takes the new one when
// it differs. Any thread may call.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "config/spec.h"

namespace streamworker {

struct PipelineSettings {
  config::BatchLimits batch;
  bool paused = false;
};

struct LiveSettings {
  config::Commit commit;
  std::map<std::string, PipelineSettings> pipelines;
};

LiveSettings live_settings(const config::File& file);

class SharedSettings {
 public:
  explicit SharedSettings(LiveSettings first)
      : now_(std::make_shared<const LiveSettings>(std::move(first))) {}

  void set(LiveSettings next);
  std::shared_ptr<const LiveSettings> get() const;
  // Grows with each `set`.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const LiveSettings> now_;
  std::atomic<uint64_t> version_{1};
};

}  // namespace streamworker
