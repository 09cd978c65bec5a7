// A member of a group on a mock cluster, and records for it: the numbers from 0 on.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "unit/log/fixture.h"

namespace streamworker {

// Counts its assignments and fetches from the start of each partition not seen yet.
class Reader final : public RebalanceListener {
 public:
  Reader(Log& log, const std::string& topic) : consumer_(log.consumer(settings())) {
    require(consumer_->subscribe({topic}, *this));
  }
  ~Reader() override { consumer_.reset(); }  // which may call on_revoked
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  void on_assigned(const std::vector<TopicPartition>& partitions) override {
    ++assignments;
    std::vector<Position> from;
    for (const auto& at : partitions) from.push_back({at, next_[at]});
    partitions_ = partitions;
    require(consumer_->fetch(from));
  }
  void on_revoked(const std::vector<TopicPartition>&, bool gone) override {
    partitions_.clear();
    if (gone) ++lost;
  }

  // One turn; what it got is in `values`.
  Result<void> step() {
    if (auto polled = consumer_->poll(); !polled) return polled;
    for (size_t i = 0; i < partitions_.size(); ++i) {
      auto taken = consumer_->take(i, 1000);
      if (!taken) return taken.error();
      for (const Message& message : *taken) values.push_back(std::string(*message.value));
      next_[partitions_[i]] = consumer_->position(i);
    }
    ++turns;
    consumer_->wait(std::chrono::seconds(1));
    return {};
  }
  // It has no time to close: its client is left behind.
  void abandon() {
    consumer_->close(Duration::zero());
    consumer_.reset();
  }
  void read(size_t count) {
    eventually([&] {
      require(step());
      return values.size() >= count;
    });
  }

  std::vector<std::string> values;
  int assignments = 0;
  int lost = 0;
  int turns = 0;

 private:
  static ConsumerSettings settings() {
    ConsumerSettings settings;
    settings.group = "readers";
    settings.client_id = "reader";
    return settings;
  }
  std::unique_ptr<Consumer> consumer_;
  std::vector<TopicPartition> partitions_;
  std::map<TopicPartition, Offset> next_;
};

inline void put(Log& log, const std::string& topic, int from, int to) {
  auto producer = log.producer("");
  require(producer->start());
  for (int i = from; i < to; ++i) {
    const std::string value = std::to_string(i);
    const OutRecord one = record(0, value);
    require(producer->produce(topic, std::span(&one, 1)));
  }
  require(producer->flush());
}

inline std::vector<std::string> numbers(int end) {
  std::vector<std::string> all;
  for (int i = 0; i < end; ++i) all.push_back(std::to_string(i));
  return all;
}

}  // namespace streamworker
