// Writes records to one topic: chooses the partition as Java clients do, and refuses what the
// broker would refuse (DESIGN 4.10), so that a transaction never fails for ever on one record.
//
// Records are collected and handed over in one call of the log per batch. One thread.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "log/log.h"

namespace streamworker {

class TopicWriter {
 public:
  // `producer` and `clock` must outlive the writer.
  TopicWriter(std::string topic, const TopicInfo& limits, Producer& producer, const Clock& clock,
              Counter produced);
  // Copies key and value; the headers of `meta` must live until `flush`. A null key keeps the
  // source's partition (modulo the count), so that order per source partition is kept. Skip: the
  // broker would refuse it; says why.
  Result<void> add(const Meta& meta, std::optional<std::string_view> key,
                   std::optional<std::string_view> value) {
    return add(meta, key, value, key);
  }
  // In the partition of another key than its own.
  Result<void> add(const Meta& meta, std::optional<std::string_view> key,
                   std::optional<std::string_view> value,
                   std::optional<std::string_view> partition_by);
  Result<void> flush();
  int32_t partitions() const { return limits_.partitions; }

 private:
  std::string topic_;
  TopicInfo limits_;
  Producer& producer_;
  const Clock& clock_;
  Counter produced_;
  Arena arena_;
  std::vector<OutRecord> records_;
};

}  // namespace streamworker
