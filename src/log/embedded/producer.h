// A Producer of the embedded log: a transaction is buffered here until it is committed; without an
// id every `produce` is written at once.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "log/embedded/topics.h"
#include "log/embedded/transaction.h"
#include "log/embedded/writer.h"
#include "log/log.h"

namespace streamworker::embedded {

class EmbeddedProducer final : public Producer {
 public:
  EmbeddedProducer(std::string id, const Topics& topics, Writer& writer,
                   const std::vector<std::string>& followed)
      : id_(std::move(id)), topics_(topics), writer_(writer) {
    for (const std::string& topic : followed) followed_.insert(topics.find(topic));
  }

  Result<void> start() override;
  Result<void> produce(const std::string& topic, std::span<const OutRecord> records) override;
  Result<void> commit(const std::vector<Committed>& offsets, const GroupMetadata& group) override;
  Result<void> flush() override;
  std::optional<Offset> end_of(const TopicPartition& of) const override;

 private:
  Result<void> append(const std::string& topic, std::span<const OutRecord> records);
  void note_ends();
  Result<void> settled(Result<void> outcome);

  const std::string id_;
  const Topics& topics_;
  Writer& writer_;
  ProducerId started_;
  std::map<std::string, Topic*> known_;
  Transaction transaction_;
  std::set<const Topic*> followed_;
  std::map<const Partition*, Offset> ends_;  // of theirs
  std::optional<Error> failed_;              // of no more use since
};

}  // namespace streamworker::embedded
