// What the tasks of one stream thread share, and the factory that makes them.
#pragma once

#include "app/task_builder.h"
#include "runtime/stream_thread.h"

namespace streamworker {

// One for each stream thread: its SQLite engine, its sink threads and their dead letters.
class Assembly final : public TaskFactory {
 public:
  // `owner` names the member in the databases; `wake` wakes its stream thread.
  Assembly(const Parts& parts, std::string owner, const std::function<void()>& wake);
  ~Assembly() override;

  std::unique_ptr<Task> make(const TopicPartition& at, Producer& producer) override;
  std::vector<SinkThread*> sinks() override;

 private:
  std::unique_ptr<DeadLetters> letters() const;

  const Parts& parts_;
  std::string owner_;
  sql::Engine engine_;
  store::RowBudget rows_;
  std::unique_ptr<DeadLetters> letters_;  // null: no stream keeps any
  Sinks sinks_;
};

}  // namespace streamworker
