// The timers of the file, each with a thread and a connection of its own: a procedure that runs for
// an hour keeps no other timer waiting, and polling never waits for any.
//
// All but the constructor, `start` and `stop` may be called by any thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/timer_runner.h"

namespace streamworker {

class Timers {
 public:
  // Runs nothing yet. `clock` and `metrics` must outlive this.
  Timers(const config::File& file, const std::string& owner, const Clock& clock, Metrics& metrics);
  ~Timers();

  void start();
  // Nothing is begun any more.
  void end();
  // `end`, then waits this long for what is running, then interrupts it: it is not written down as
  // done, so that the next start, or another worker, runs it again.
  void stop(Duration patience);

  // Replaces the timer of that name as a whole, while it runs (live settings). REQUIRES: what
  // config checks. Before `start` it is as if the file had said so. False: no such timer.
  bool update(const config::Timer& timer);
  enum class Asked { Taken, Unknown, Stopping };
  // Runs it now, beside its schedule: `scheduled_at` is the moment, the table of runs does not know
  // of it, and it is not tried again. Unknown: no such timer; Stopping: nothing is begun any more.
  Asked run_now(const std::string& name);
  std::vector<TimerStatus> statuses() const;

 private:
  struct One {
    std::string name;
    std::unique_ptr<TimerRunner> runner;
    std::thread thread;
    bool woken = false;
  };
  One* find(const std::string& name) const;
  void run(One& one);

  const Clock& clock_;
  std::vector<std::unique_ptr<One>> all_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  size_t running_ = 0;  // threads
};

}  // namespace streamworker
