#include "log/log.h"

namespace streamworker {

std::string to_string(const TopicPartition& at) {
  return at.topic + "[" + std::to_string(at.partition) + "]";
}

Result<std::vector<Committed>> Consumer::all_committed(const std::vector<TopicPartition>& of) {
  auto all = committed(of);
  if (all && all->size() < of.size())
    return retry("reading the group's offsets: a transaction is not settled yet");
  return all;
}

}  // namespace streamworker
