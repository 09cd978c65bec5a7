// Deletes records that every reader has passed: of repartition topics, and on the embedded log of
// all topics that are read (DESIGN 1.6, 3.6); and sees to it that the topics that are read are
// there: one that was deleted is not waited for, since what is made anew under its name begins at
// offset 0 and positions in it mean other records. And it lets the log tidy up. A thread of its
// own, so that nobody waits for it.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "log/log.h"
#include "runtime/positions.h"

namespace streamworker {

struct HousekeepingJobs {
  std::set<std::string> deletable;                // topics
  std::vector<std::string> needed;                // topics that are read
  std::map<std::string, std::string> changelogs;  // topics, and whose rows they hold: as needed
  Duration every{};
  std::function<void(const std::string&)> failed;  // a needed topic is gone; what to do
  std::function<void(bool there)>
      beside;  // done each time, whether the log is there or not; may be empty
};

class Housekeeping {
 public:
  // All must outlive this object. `failed` is called from its thread.
  Housekeeping(Log& log, const DurablePositions& positions, const Clock& clock,
               HousekeepingJobs jobs);
  ~Housekeeping();

 private:
  void run();
  void delete_passed();
  void look_for_topics();
  bool is_gone(const std::string& topic);
  void tidy();

  Log& log_;
  const DurablePositions& positions_;
  const Clock& clock_;
  const HousekeepingJobs jobs_;
  std::map<TopicPartition, Offset> deleted_;  // below it nothing is left to delete
  std::map<std::string, int> missing_;        // how often in a row
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace streamworker
