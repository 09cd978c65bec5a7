// A log of which the absence is asked; it answers nothing else, and counts what it is asked.
#pragma once

#include <atomic>

#include "log/log.h"

namespace streamworker {

class Absent final : public Log {
 public:
  std::string error;
  mutable std::atomic<int> looked_at{0};  // how often `away` was called
  std::atomic<int> asked{0};              // anything else

  std::string away() const override {
    ++looked_at;
    return error;
  }
  std::string name() const override { return "kafka there:9092"; }
  std::string incarnation() const override { return {}; }
  Result<std::optional<TopicInfo>> describe(const std::string&) override { return nothing(); }
  Result<void> create(const NewTopic&) override { return nothing(); }
  Result<void> set(const std::string&, const std::map<std::string, std::string>&) override {
    return nothing();
  }
  Result<Watermarks> watermarks(const TopicPartition&) override { return nothing(); }
  Result<Offset> stable_end(const TopicPartition&) override { return nothing(); }
  Result<void> delete_records(const std::vector<Position>&) override { return nothing(); }
  Result<int> members(const std::string&) override { return nothing(); }
  std::unique_ptr<Consumer> consumer(const ConsumerSettings&) override { return nullptr; }
  std::unique_ptr<Producer> producer(const std::string&, const std::vector<std::string>&) override {
    return nullptr;
  }

 private:
  Error nothing() {
    ++asked;
    return retry("");
  }
};

}  // namespace streamworker
