// The keys of the log's database: a letter, then names and big-endian numbers, so that the order of
// the bytes is the order of the numbers.
//
//   f                              the format's version, decimal
//   i                              the incarnation, hex
//   t <name>                       a topic: id (4 bytes), partitions (4), largest record (8), and a
//   c
//                                  when it is compacted
//   s <topic> <partition>          the start offset (8), once records were deleted
//   k <topic> <partition>          behind what was compacted (8), and how many records it has (8)
//   c <group> NUL <topic> <part>   a committed offset (8), then its metadata
//   r <topic> <partition> <last>   a chunk of records (chunk.h) whose last offset this is
//
// A chunk stands under its last offset: the first key that is not below an offset is the chunk that
// holds it, and the range of keys below an offset is what `delete_records` may drop.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "record/batch.h"

namespace streamworker::embedded {

inline constexpr std::string_view kFormatKey = "f";
inline constexpr std::string_view kIncarnationKey = "i";
inline constexpr std::string_view kTopicPrefix = "t";

struct PartitionId {
  uint32_t topic = 0;
  int32_t partition = 0;
};

std::string topic_key(std::string_view name);
std::string start_key(PartitionId of);
std::string compacted_key(PartitionId of);
std::string committed_key(std::string_view group, PartitionId of);
std::string records_prefix(PartitionId of);
std::string record_key(PartitionId of, Offset last);
// REQUIRES: made by record_key
Offset last_offset(std::string_view record_key);

void put_u32(std::string& to, uint32_t value);
void put_u64(std::string& to, uint64_t value);
// Takes the number off the front of `from`; none: too short.
std::optional<uint32_t> take_u32(std::string_view& from);
std::optional<uint64_t> take_u64(std::string_view& from);

}  // namespace streamworker::embedded
