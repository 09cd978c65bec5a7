// The feeders of the embedded log (DESIGN 1.6): streams that say `generate` or `from_file`. One
// thread for all of them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "app/topics.h"
#include "source/feeder.h"

namespace streamworker {

class Feeding {
 public:
  struct Owner {
    const std::atomic<bool>& hold;  // while it is set nothing is fed
    // Called, from the thread, when a source is at fault and a person must act.
    std::function<void(const std::string&)> failed;
  };
  // Starts at once. What is referred to must outlive this object.
  Feeding(Log& log, const config::File& file, const Topics& topics, const Clock& clock,
          Owner owner);
  ~Feeding();

  // There are feeders, and all of them come to an end by themselves.
  bool finite() const;
  // All of them have.
  bool done() const { return done_; }

 private:
  void run();
  // Steps each feeder once. Returns how long nothing is due.
  Duration step_all();

  const Clock& clock_;
  const std::atomic<bool>& hold_;
  std::function<void(const std::string&)> failed_;
  std::vector<std::unique_ptr<Feeder>> feeders_;
  std::vector<bool> finished_;
  std::atomic<bool> done_{false};
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace streamworker
