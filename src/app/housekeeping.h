// Deletes records that every reader has passed: of repartition topics, and on the embedded log of
// all topics that are read (DESIGN 1.6, 3.6). A thread of its own, so that nobody waits for it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "log/log.h"
#include "runtime/positions.h"

namespace streamworker {

class Housekeeping {
 public:
  // Looks each `every`. `log` and `positions` must outlive this object.
  Housekeeping(Log& log, const DurablePositions& positions, std::set<std::string> topics,
               Duration every);
  ~Housekeeping();

 private:
  void run();
  void once();

  Log& log_;
  const DurablePositions& positions_;
  std::set<std::string> topics_;
  Duration every_;
  std::map<TopicPartition, Offset> deleted_;  // below it nothing is left to delete
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace streamworker
