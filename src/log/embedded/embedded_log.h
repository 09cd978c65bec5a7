// The embedded log itself: it holds the database and all that its consumers and producers share.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "log/embedded/compaction.h"
#include "log/embedded/group.h"
#include "log/embedded/signal.h"
#include "log/embedded/topics.h"
#include "log/embedded/writer.h"
#include "log/log.h"
#include "rocks/database.h"

namespace streamworker::embedded {

class EmbeddedLog final : public Log {
 public:
  explicit EmbeddedLog(rocks::Database database) : database_(std::move(database)) {}
  // Once, first: the format, the incarnation, the topics.
  Result<void> load();

  Result<std::optional<TopicInfo>> describe(const std::string& topic) override;
  Result<void> create(const NewTopic& topic) override { return topics_.create(topic); }
  Result<void> set(const std::string& topic,
                   const std::map<std::string, std::string>& settings) override {
    return topics_.set(topic, settings);
  }
  Result<Watermarks> watermarks(const TopicPartition& of) override;
  Result<Offset> stable_end(const TopicPartition& of) override;
  std::string away() const override { return {}; }
  Result<void> delete_records(const std::vector<Position>& below) override {
    return writer_.delete_records(below);
  }
  Result<int> members(const std::string& group) override { return this->group(group)->members(); }
  std::unique_ptr<Consumer> consumer(const ConsumerSettings& settings) override;
  std::unique_ptr<Producer> producer(const std::string& transactional_id,
                                     const std::vector<std::string>& followed) override;
  std::string incarnation() const override { return incarnation_; }
  Result<bool> tidy(WallTime now) override { return compaction_.turn(now); }
  std::string name() const override { return "embedded log in " + database_.path(); }

 private:
  Result<void> initialize();
  std::shared_ptr<Group> group(const std::string& name);

  rocks::Database database_;
  std::string incarnation_;
  Topics topics_{database_};
  Signals signals_;
  Writer writer_{database_, topics_, signals_};
  Compaction compaction_{database_, topics_, writer_};
  std::mutex groups_mutex_;
  std::map<std::string, std::shared_ptr<Group>> groups_;
};

}  // namespace streamworker::embedded
