// Where something begins that has no position yet in a partition (DESIGN 4.3).
#pragma once

#include "config/spec.h"
#include "log/log.h"

namespace streamworker {

struct NewPart {
  TopicPartition at;
  bool internal = false;         // a repartition topic, or one whose records are a table's rows
  int32_t known_partitions = 0;  // of the topic when the group last committed; 0: never
};

// `offset_reset` is for streams' topics; internal ones, and partitions that were added since the
// group last committed, begin at the earliest offset. Stop: offset_reset says `fail`.
Result<Offset> start_offset(Log& log, const NewPart& part, config::OffsetReset reset);

}  // namespace streamworker
