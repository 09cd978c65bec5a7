#include "log/log.h"

namespace streamworker {

std::string to_string(const TopicPartition& at) {
  return at.topic + "[" + std::to_string(at.partition) + "]";
}

}  // namespace streamworker
