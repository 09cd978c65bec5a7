// What the main thread looks at while the others work: whether the log answers, whether the disk
// has room, whether every task makes progress; and tells the status board, the log and the
// supervisor of it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "app/disk_guard.h"
#include "app/supervisor.h"
#include "config/spec.h"
#include "log/log.h"
#include "runtime/status.h"
#include "runtime/watchdog.h"

namespace streamworker {

class Lookout {
 public:
  // All must outlive this object. `disk`: of a log that lives in the state folder, else null.
  Lookout(const config::File& file, const Clock& clock, StatusBoard& board, const Log& log,
          DiskGuard* disk, Supervisor& supervisor, Watchdog::End end);

  // Set: take and feed nothing for now (any thread reads it).
  const std::atomic<bool>& hold() const { return hold_; }
  // To be called about each 100 ms. Not empty: the process must end, and why.
  const std::string& look();

 private:
  void look_at_log();
  void look_at_disk();
  void look_at_tasks();
  void tell_supervisor();

  const config::File& file_;
  const Clock& clock_;
  StatusBoard& board_;
  const Log& log_;
  DiskGuard* disk_;
  Supervisor& supervisor_;
  Watchdog watchdog_;
  std::optional<WallTime> away_since_;
  std::atomic<bool> hold_{false};
  bool stalled_ = false;
};

// One line for people: "ready", or "not ready: kafka away (error …, since …)".
std::string in_words(const std::vector<Reason>& reasons);

}  // namespace streamworker
