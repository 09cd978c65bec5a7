// Live settings of a running worker (DESIGN 6.2): has them read, and hands what changed to those
// who own it: stream threads, the log, the status board, and whoever asked to be told.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/live_settings.h"
#include "runtime/settings_poller.h"

namespace streamworker {

class Live {
 public:
  // Without `settings` in the file its values are told, and nothing changes. What is referred to
  // must outlive this object.
  Live(const config::File& file, const Clock& clock, StatusBoard& board);

  std::shared_ptr<const SharedSettings> shared() const { return shared_; }
  void start();
  // Until the table was read once, so that a pause holds over a restart. Gives up after a while,
  // or when `stop_asked`.
  void wait_for_first(const std::function<bool()>& stop_asked);
  // From now on `told` is called, by the polling thread, after each change.
  void on_change(std::function<void(const config::File&)> told);
  // Now and then, by the thread that started it.
  void look() {
    if (poller_) poller_->look();
  }
  // Nothing is told any more.
  void stop() { poller_.reset(); }

 private:
  void apply(const config::File& file);

  const config::File& file_;
  const Clock& clock_;
  StatusBoard& board_;
  std::shared_ptr<SharedSettings> shared_;
  std::mutex mutex_;
  std::vector<std::function<void(const config::File&)>> told_;
  std::unique_ptr<SettingsPoller> poller_;  // its thread calls `apply`
};

}  // namespace streamworker
