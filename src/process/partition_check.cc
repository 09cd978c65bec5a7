#include "process/partition_check.h"

#include "base/log.h"
#include "record/murmur2.h"

namespace streamworker {

namespace {

constexpr uint64_t kFirst = 1000;
constexpr uint64_t kThenOneIn = 64;

}  // namespace

PartitionCheck::PartitionCheck(const config::Stream& stream, TopicPartition at, int32_t partitions,
                               Counter mismatches)
    : stream_(stream), at_(std::move(at)), partitions_(partitions), mismatches_(mismatches) {}

void PartitionCheck::look(const Message& message) {
  if (++seen_ > kFirst && seen_ % kThenOneIn != 0) return;
  if (!message.key) return;
  const bool murmur = stream_.partitioner == config::Partitioner::Murmur2;
  const int32_t expected = murmur ? java_partition(*message.key, partitions_)
                                  : crc32_partition(*message.key, partitions_);
  if (expected == at_.partition) return;
  mismatches_.add();
  if (!warning_.empty()) return;
  warning_ = fmt::format(
      "{}@{}: its key belongs to partition {} of {} as {} chooses; the topic's producers choose "
      "otherwise. Set {}.partitioner to {} or unknown",
      to_string(at_), message.offset, expected, partitions_, murmur ? "murmur2" : "crc32",
      stream_.path, murmur ? "crc32" : "murmur2");
  log::warn("process", "{}", warning_);
}

}  // namespace streamworker
