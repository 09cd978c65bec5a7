#include "log/embedded/producer.h"

#include "log/embedded/group.h"

namespace streamworker::embedded {

Result<void> EmbeddedProducer::start() {
  if (!id_.empty()) started_ = writer_.start(id_);
  return {};
}

Result<void> EmbeddedProducer::produce(const std::string& topic,
                                       std::span<const OutRecord> records) {
  if (failed_) return *failed_;
  return settled(append(topic, records));
}

Result<void> EmbeddedProducer::append(const std::string& topic,
                                      std::span<const OutRecord> records) {
  if (!id_.empty() && started_.epoch == 0) return stop("producer " + id_ + " was not started");
  Topic*& found = known_[topic];
  if (found == nullptr) found = topics_.find(topic);
  if (found == nullptr) return stop("there is no topic " + topic);
  if (auto appended = transaction_.append(*found, records); !appended) return appended;
  if (!id_.empty()) return {};
  auto written = writer_.append(transaction_);
  if (written) note_ends();
  transaction_.clear();
  return written;
}

Result<void> EmbeddedProducer::commit(const std::vector<Committed>& offsets,
                                      const GroupMetadata& group) {
  if (failed_) return *failed_;
  if (started_.epoch == 0) return settled(stop("a producer without a started id cannot commit"));
  const auto* membership = dynamic_cast<const Membership*>(&group);
  if (membership == nullptr) return settled(stop("the group is one of another log"));
  auto written = writer_.commit(started_, transaction_, {offsets, *membership});
  if (written) note_ends();
  transaction_.clear();
  return settled(std::move(written));
}

Result<void> EmbeddedProducer::flush() {
  if (failed_) return *failed_;
  return {};
}

// What another producer has written there since counts as well.
void EmbeddedProducer::note_ends() {
  if (followed_.empty()) return;
  transaction_.each([&](const Transaction::Part& part) {
    if (followed_.contains(part.topic)) ends_[part.partition] = part.partition->end;
  });
}

std::optional<Offset> EmbeddedProducer::end_of(const TopicPartition& of) const {
  const auto found = ends_.find(topics_.find(of));
  return found == ends_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> EmbeddedProducer::settled(Result<void> outcome) {
  if (!outcome) failed_ = outcome.error();
  return outcome;
}

}  // namespace streamworker::embedded
