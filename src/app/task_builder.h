// Makes a task of the plan: the one place that names the concrete steps together.
#pragma once

#include <map>
#include <memory>

#include "app/topics.h"
#include "base/metrics.h"
#include "rocks/budget.h"
#include "runtime/sink_thread.h"
#include "runtime/task.h"
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

// A database's sink thread.
struct SinkOf {
  std::unique_ptr<DeadLetters> letters;  // the thread's; null: no stream keeps any
  std::unique_ptr<SinkThread> thread;    // ends before what it uses
};
using Sinks = std::map<std::string, SinkOf>;  // by database

// What the tasks of one stream thread share; must outlive them.
struct Surroundings {
  Producer& producer;
  sql::Engine& engine;
  store::RowBudget& rows;
  Sinks& sinks;
  const std::string& owner;  // names the member in the databases
  DeadLetters* letters;      // null: no stream keeps any
};

std::unique_ptr<Task> build_task(const Parts& parts, const Stage& stage, const TopicPartition& at,
                                 Surroundings around);

}  // namespace streamworker
