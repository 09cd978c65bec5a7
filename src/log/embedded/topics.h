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
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "log/embedded/keys.h"
#include "log/log.h"
#include "rocks/database.h"

namespace streamworker::embedded {

struct Partition {
  explicit Partition(PartitionId of) : id(of) {}
  const PartitionId id;
  std::atomic<Offset> start = 0;
  std::atomic<Offset> end = 0;  // records below it may be read
  std::atomic<int> readers = 0;
  // The compaction's, which alone changes it: below `compacted` each key has one record, and so
  // many there are.
  Offset compacted = 0;
  int64_t kept = 0;
};

// Somebody reads the partition, so that it is not compacted meanwhile.
class Reading {
 public:
  explicit Reading(Partition& of) : of_(&of) { ++of.readers; }
  ~Reading() {
    if (of_ != nullptr) --of_->readers;
  }
  Reading(Reading&& from) noexcept : of_(std::exchange(from.of_, nullptr)) {}
  Reading& operator=(Reading&& from) noexcept {
    std::swap(of_, from.of_);
    return *this;
  }
  Partition* operator->() const { return of_; }

 private:
  Partition* of_;
};

struct Topic {
  uint32_t id = 0;
  std::string name;
  TopicInfo info;  // but for `compacted`
  std::atomic<bool> compacted = false;
  std::deque<Partition> partitions;
};

class Topics {
 public:
  explicit Topics(rocks::Database& database) : database_(database) {}
  // Once, before anything else: reads what the database holds.
  Result<void> load();
  // An existing topic stays as it is.
  Result<void> create(const NewTopic& topic);
  // None: there is no such topic.
  std::optional<TopicInfo> describe(const std::string& topic) const;
  // Of the settings cleanup.policy alone can change, or means anything. Stop: no such topic.
  Result<void> set(const std::string& topic, const std::map<std::string, std::string>& settings);
  std::vector<Topic*> compacted() const;
  // Null: there is no such topic (or partition).
  Topic* find(const std::string& name) const;
  Partition* find(const TopicPartition& at) const;

 private:
  Result<void> load_topic(std::string_view name, std::string_view value);
  Result<void> load_offsets(Partition& partition) const;
  Result<void> store(uint32_t id, const std::string& name, const TopicInfo& info) const;
  Topic& add(uint32_t id, std::string_view name, const TopicInfo& info);

  rocks::Database& database_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Topic>> topics_;
  uint32_t next_id_ = 1;
};

}  // namespace streamworker::embedded
