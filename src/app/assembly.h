// Makes tasks of the plan: the one place that names the concrete steps together.
#pragma once

#include <map>
#include <memory>

#include "app/topics.h"
#include "base/metrics.h"
#include "rocks/budget.h"
#include "runtime/stream_thread.h"
#include "sink/log_sink.h"
#include "store/row_budget.h"
#include "tap/taps.h"

namespace streamworker {

// What all members of a worker share; must outlive them.
struct Parts {
  const config::File& file;
  const Plan& plan;
  const Topics& topics;
  const Clock& clock;
  Metrics& metrics;
  Log& log;
  std::string state_folder;               // of the tables: <state_folder>/<table>/<partition>
  std::shared_ptr<rocks::Budget> blocks;  // theirs, of all threads
  size_t row_bytes = 0;                   // rows in memory, of one thread
  LogSink::Print print = LogSink::to_log;
  Taps* taps = nullptr;  // who listens; null: nobody can
};

// One for each stream thread: its SQLite engine, its sink threads and their dead letters.
class Assembly final : public TaskFactory {
 public:
  // `owner` names the member in the databases; `wake` wakes its stream thread.
  Assembly(const Parts& parts, std::string owner, const std::function<void()>& wake);
  ~Assembly() override;

  std::unique_ptr<Task> make(const TopicPartition& at, Producer& producer) override;
  std::vector<SinkThread*> sinks() override;

  struct SinkOf {
    std::unique_ptr<DeadLetters> letters;  // the thread's; null: no stream keeps any
    std::unique_ptr<SinkThread> thread;    // ends before what it uses
  };
  using Sinks = std::map<std::string, SinkOf>;

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
