// The records of one producer that are not committed yet: in memory, ready to be written. One
// thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "log/embedded/chunk.h"
#include "log/embedded/topics.h"
#include "log/log.h"

namespace streamworker::embedded {

class Transaction {
 public:
  // All of it goes into the database at once, and so through memory twice.
  static constexpr size_t kMaxBytes = 256UL << 20;

  // Stop: a partition that there is not, a record over the topic's limit, or kMaxBytes reached.
  Result<void> append(Topic& topic, std::span<const OutRecord> records);
  size_t bytes() const { return bytes_; }
  void clear();

  struct Part {
    const Topic* topic = nullptr;
    Partition* partition = nullptr;
    std::vector<Chunk> chunks;
  };
  // f(const Part&) for each partition with records.
  template <class F>
  void each(F f) const {
    for (const auto& [topic, parts] : topics_)
      for (const Part& part : parts)
        if (!part.chunks.empty()) f(part);
  }

 private:
  Result<void> append(const Topic& topic, std::vector<Part>& parts, const OutRecord& record);

  std::map<Topic*, std::vector<Part>> topics_;
  size_t bytes_ = 0;
};

}  // namespace streamworker::embedded
