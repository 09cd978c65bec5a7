// Moves the records of a source to a stream's topic (DESIGN 1.6, and `streamworker produce`).
//
// With a group its progress is exactly once: the source's position is the group's committed offset
// of partition 0 of the topic, stored in the transaction of the records before it. Without one
// (servers) records are produced without transaction, from the source's beginning. One thread,
// which calls `step` again and again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "codec/json_to_message.h"
#include "config/spec.h"
#include "log/log.h"
#include "source/pacer.h"
#include "source/record_key.h"
#include "source/record_source.h"

namespace streamworker {

struct FeederSettings {
  std::string group;             // "<app>-feeder"; empty: no progress, no transactions
  double rate = 0;               // records per second; 0: as fast as possible
  std::optional<int64_t> count;  // at most so many, since the start of this feeder
  size_t batch = 1000;           // at most so many records a step
};

class Feeder {
 public:
  struct Progress {
    int64_t records = 0;    // fed by this step
    bool finished = false;  // nothing will ever come again, and all is written
    Duration wait{0};       // nothing is due before; 0: call again at once
  };

  // What is referred to must outlive it. `partitions`: of the stream's topic.
  Feeder(Log& log, const config::Stream& stream, int32_t partitions,
         std::unique_ptr<RecordSource> source, const FeederSettings& settings, const Clock& clock);

  // Produces and commits what is due. Retry: the same call may succeed later; nothing was fed twice
  // or left out when there is a group; without one the records of the failed step may come twice.
  Result<Progress> step();
  bool finite() const { return source_->finite() || settings_.count.has_value(); }
  // Records fed since this feeder was made.
  int64_t records() const { return records_; }

 private:
  Result<void> start();
  Result<Progress> feed();
  Result<size_t> gather(size_t most);
  Result<void> add(std::string_view json);
  int32_t partition_of(const std::optional<std::string_view>& key);
  Result<void> write();
  size_t room(Duration now) const;
  Result<Progress> progress(size_t fed);

  Log& log_;
  const config::Stream& stream_;
  const int32_t partitions_;
  std::unique_ptr<RecordSource> source_;
  const FeederSettings settings_;
  const Clock& clock_;
  RecordKey key_;
  JsonToMessage message_;
  Pacer pacer_;
  Duration started_{0};  // steady time of the first step
  bool running_ = false;
  std::unique_ptr<Consumer> group_;     // only for the group's offsets; null: no group
  std::unique_ptr<Producer> producer_;  // null: to be started
  int64_t from_ = 0;                    // the source's position before this step
  int64_t records_ = 0;
  int32_t next_partition_ = 0;  // of records without key
  Arena arena_;
  std::vector<OutRecord> out_;
};

}  // namespace streamworker
