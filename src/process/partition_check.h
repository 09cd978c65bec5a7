// Whether a keyed stream's producers choose partitions as the file says they do (DESIGN 1.1): the
// first 1000 records of a partition are looked at, then one in 64. A mismatch is counted, and
// warned of once. One for each task of such a stream; its thread only.
#pragma once

#include <cstdint>

#include "base/metrics.h"
#include "config/spec.h"
#include "log/log.h"

namespace streamworker {

class PartitionCheck {
 public:
  // `partitions`: of the topic.
  PartitionCheck(const config::Stream& stream, TopicPartition at, int32_t partitions,
                 Counter mismatches);
  void look(const Message& message);
  // What to set, once a mismatch was seen; else empty.
  const std::string& warning() const { return warning_; }

 private:
  const config::Stream& stream_;
  TopicPartition at_;
  int32_t partitions_;
  Counter mismatches_;
  uint64_t seen_ = 0;
  std::string warning_;
};

}  // namespace streamworker
