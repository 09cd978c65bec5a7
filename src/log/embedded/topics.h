// The topics of the log and how far each partition goes, in memory and in the database.
//
// Threads: any. A Topic, once found, stays where it is. Offsets of partitions are changed by the
// Writer only.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "log/embedded/keys.h"
#include "log/log.h"
#include "rocks/database.h"

namespace streamworker::embedded {

struct Partition {
  explicit Partition(PartitionId of) : id(of) {}
  const PartitionId id;
  std::atomic<Offset> start = 0;
  std::atomic<Offset> end = 0;  // records below it may be read
};

struct Topic {
  uint32_t id = 0;
  std::string name;
  TopicInfo info;
  std::deque<Partition> partitions;
};

class Topics {
 public:
  explicit Topics(rocks::Database& database) : database_(database) {}
  // Once, before anything else: reads what the database holds.
  Result<void> load();
  // An existing topic stays as it is.
  Result<void> create(const NewTopic& topic);
  // Null: there is no such topic (or partition).
  Topic* find(const std::string& name) const;
  Partition* find(const TopicPartition& at) const;

 private:
  Result<void> load_topic(std::string_view name, std::string_view value);
  Result<void> load_offsets(Partition& partition) const;
  Topic& add(uint32_t id, std::string_view name, const TopicInfo& info);

  rocks::Database& database_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Topic>> topics_;
  uint32_t next_id_ = 1;
};

}  // namespace streamworker::embedded
