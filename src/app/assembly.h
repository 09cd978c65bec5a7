// Makes tasks of the plan: the one place that names the concrete steps together.
#pragma once

#include <map>
#include <memory>

#include "app/topics.h"
#include "base/metrics.h"
#include "runtime/stream_thread.h"

namespace streamworker {

// What all members of a worker share; must outlive them.
struct Parts {
  const config::File& file;
  const Plan& plan;
  const Topics& topics;
  const Clock& clock;
  Metrics& metrics;
  std::string incarnation;  // of the embedded log
};

// One for each stream thread: its SQLite engine and its sink threads.
class Assembly final : public TaskFactory {
 public:
  // `owner` names the member in the databases; `wake` wakes its stream thread.
  Assembly(const Parts& parts, std::string owner, const std::function<void()>& wake);
  ~Assembly() override;

  std::unique_ptr<Task> make(const TopicPartition& at, Producer& producer) override;
  std::vector<SinkThread*> sinks() override;

 private:
  const Parts& parts_;
  std::string owner_;
  sql::Engine engine_;
  std::map<std::string, std::unique_ptr<SinkThread>> sinks_;
};

}  // namespace streamworker
