// A log in trouble, as the test says: what it is asked for letters fails, offsets are not settled,
// all else works.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include "log/log.h"

namespace streamworker {

class TroubledLog final : public Log {
 public:
  explicit TroubledLog(std::unique_ptr<Log> log) : log_(std::move(log)) {}
  Result<std::optional<TopicInfo>> describe(const std::string& t) override {
    return log_->describe(t);
  }
  Result<void> create(const NewTopic& topic) override { return log_->create(topic); }
  Result<void> set(const std::string& topic,
                   const std::map<std::string, std::string>& settings) override {
    if (before_set) std::exchange(before_set, {})();
    return fixed ? Result<void>(retry("the settings cannot be changed"))
                 : log_->set(topic, settings);
  }
  Result<Watermarks> watermarks(const TopicPartition& of) override {
    auto marks = log_->watermarks(of);
    if (marks && early && of.topic == early->at.topic)
      marks->end = std::exchange(early, later)->offset;
    return marks;
  }
  Result<void> delete_records(const std::vector<Position>& below) override {
    return log_->delete_records(below);
  }
  Result<int> members(const std::string& group) override { return log_->members(group); }
  std::unique_ptr<Consumer> consumer(const ConsumerSettings& settings) override {
    return std::make_unique<Asking>(log_->consumer(settings), *this);
  }
  Result<Offset> stable_end(const TopicPartition& of) override {
    if (cold-- > 0) return retry("timed out");
    return log_->stable_end(of);
  }
  std::string away() const override { return {}; }
  std::string incarnation() const override { return log_->incarnation(); }
  std::string name() const override { return log_->name(); }
  std::unique_ptr<Producer> producer(const std::string& id,
                                     const std::vector<std::string>& followed) override {
    if (!id.empty()) return log_->producer(id, followed);
    if (exhausted) {
      ++refused;
      throw std::runtime_error("no thread can be made");
    }
    return std::make_unique<Troubled>(log_->producer(id), *this);
  }
  std::optional<Position> early;     // the end of this topic, as it was a moment ago: told once,
  std::optional<Position> later;     // and then this one
  std::set<TopicPartition> pending;  // in a transaction that a worker left behind
  bool troubled = false;             // records of producers without an id are not acknowledged
  bool fixed = false;                // settings of topics
  std::function<void()> before_set;  // the next time, of such settings
  bool exhausted = false;            // no such producer can be made
  int cold = 0;                      // questions for the stable end that are not answered in time
  int refused = 0;                   // how often `troubled` or `exhausted` met somebody

 private:
  class Troubled final : public Producer {
   public:
    Troubled(std::unique_ptr<Producer> it, TroubledLog& log) : it_(std::move(it)), log_(log) {}
    Result<void> start() override { return it_->start(); }
    Result<void> produce(const std::string& topic, std::span<const OutRecord> records) override {
      return log_.troubled ? Result<void>() : it_->produce(topic, records);
    }
    Result<void> commit(const std::vector<Committed>& offsets, const GroupMetadata& g) override {
      return it_->commit(offsets, g);
    }
    Result<void> flush() override {
      if (!log_.troubled) return it_->flush();
      ++log_.refused;
      return retry("the broker is away");
    }
    std::optional<Offset> end_of(const TopicPartition& of) const override {
      return it_->end_of(of);
    }

   private:
    std::unique_ptr<Producer> it_;
    TroubledLog& log_;
  };
  class Asking final : public Consumer {
   public:
    Asking(std::unique_ptr<Consumer> it, TroubledLog& log) : it_(std::move(it)), log_(log) {}
    Result<void> subscribe(const std::vector<std::string>& topics,
                           RebalanceListener& listener) override {
      return it_->subscribe(topics, listener);
    }
    Result<void> poll() override { return it_->poll(); }
    void wait(Duration timeout) override { it_->wait(timeout); }
    void wake() override { it_->wake(); }
    Result<void> fetch(const std::vector<Position>& p) override { return it_->fetch(p); }
    Result<std::span<const Message>> take(size_t i, size_t max) override {
      return it_->take(i, max);
    }
    Offset position(size_t i) const override { return it_->position(i); }
    std::optional<Offset> known_end(size_t i) const override { return it_->known_end(i); }
    Result<std::vector<Committed>> committed(const std::vector<TopicPartition>& of) override {
      auto all = it_->committed(of);
      if (all) std::erase_if(*all, [&](const Committed& c) { return log_.pending.contains(c.at); });
      return all;
    }
    std::unique_ptr<GroupMetadata> group() override { return it_->group(); }
    void close(Duration deadline) override { it_->close(deadline); }

   private:
    std::unique_ptr<Consumer> it_;
    TroubledLog& log_;
  };
  std::unique_ptr<Log> log_;
};

}  // namespace streamworker
