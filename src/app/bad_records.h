// What becomes of the bad records of one place, as `on_error` of their stream says: the decoder of
// a task, a step of a pipeline there, a sink.
#pragma once

#include "base/metrics.h"
#include "config/spec.h"
#include "process/dead_letters.h"
#include "process/step.h"
#include "runtime/replay_routes.h"

namespace streamworker {

// Of a stage's node; a decoder has no pipeline and no sink.
struct BadPlace {
  TopicPartition at;
  std::string stage;
  std::string pipeline;
  std::string sink;
  std::optional<size_t> node;
};

// `fail`: an error that stops the worker and names the record. `skip`: counts it, and says so in
// the log. `dead_letter`: writes a letter; whoever owns the thread flushes it before a position
// moves past the record.
class PolicyAt final : public BadRecords {
 public:
  // `letters` is the thread's, null unless the policy is dead_letter. `routes` are the task's, null
  // on a sink thread: what it refuses was on its way to that sink alone.
  PolicyAt(BadPlace place, config::OnError policy, DeadLetters* letters, ReplayRoutes* routes,
           Metrics& metrics);
  Result<void> take(const Meta& meta, const std::string& step, const std::string& message) override;
  // The same of a record that was taken before, whose letter may be void: it is kept, but neither
  // counted nor told again.
  Result<void> take_again(const Meta& meta, const std::string& step, const std::string& message);

 private:
  // The log gets the first ten of a place, then ever fewer: at 20, 30, … 100, 200, …
  void tell(const char* outcome, const std::string& what);
  std::string in_words(const Meta& meta, const std::string& step, const std::string& message) const;
  LetterId id_of(const Meta& meta, const std::string& step) const;
  Result<void> keep(const Meta& meta, const LetterId& id, const std::string& message);
  void count(const LetterId& id);
  // The record was replayed for something that it has not reached yet.
  bool on_its_way(const ReplayTarget& target) const;

  BadPlace place_;
  config::OnError policy_;
  DeadLetters* letters_;
  ReplayRoutes* routes_;
  Metrics& metrics_;
  int64_t seen_ = 0;
};

}  // namespace streamworker
