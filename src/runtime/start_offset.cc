#include "runtime/start_offset.h"

namespace streamworker {

Result<Offset> start_offset(Log& log, const NewPart& part, config::OffsetReset reset) {
  const bool added = part.known_partitions > 0 && part.at.partition >= part.known_partitions;
  const bool earliest = part.internal || added || reset == config::OffsetReset::Earliest;
  if (!earliest && reset == config::OffsetReset::Fail)
    return stop(
        to_string(part.at) +
        " has no position, and offset_reset is `fail`: set it to earliest or latest for the "
        "first start");
  auto marks = log.watermarks(part.at);
  if (!marks) return marks.error();
  return earliest ? marks->start : marks->end;
}

}  // namespace streamworker
