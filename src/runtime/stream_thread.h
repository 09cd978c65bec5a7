// One member of the consumer group: a consumer, a transactional producer and its tasks
// (DESIGN 4.2).
//
// `step` is one turn: serve the group, take answers of the sinks, give each task its records, let
// time pass, commit when it is due. The worker calls it in a loop on a thread of its own and
// `wait`s when there was nothing to do; tests call it by hand on a manual clock. Nothing is shared
// with other stream threads but the log and the status board.
//
// Whatever goes wrong with a transaction, the answer is one: the producer is destroyed, what is in
// memory is dropped, and every task starts again from what is committed.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "config/spec.h"
#include "log/log.h"
#include "runtime/live_settings.h"
#include "runtime/positions.h"
#include "runtime/restorer.h"
#include "runtime/sink_thread.h"
#include "runtime/start_offset.h"
#include "runtime/status.h"
#include "runtime/table_observer.h"
#include "runtime/task.h"

namespace streamworker {

// Makes what a task is made of. Called on the stream thread; `producer` outlives the task.
class TaskFactory {
 public:
  virtual ~TaskFactory() = default;
  virtual std::unique_ptr<Task> make(const TopicPartition& at, Producer& producer) = 0;
  // The sink threads of the tasks made here, for their answers.
  virtual std::vector<SinkThread*> sinks() = 0;
};

struct StreamThreadSettings {
  ConsumerSettings consumer;  // client_id is the transactional id, too
  std::vector<std::string> topics;
  std::vector<std::string> changelogs;
  std::shared_ptr<const SharedSettings> live;
  config::OffsetReset offset_reset = config::OffsetReset::Earliest;
  Duration drain{};
  const std::atomic<bool>* hold = nullptr;  // while it is set, no records are taken
  TableObserver* tables = nullptr;          // null: nobody reads them
};

class StreamThread final : public RebalanceListener {
 public:
  struct Meters {
    Histogram commit_seconds;
    Counter commits;
    Counter failed_commits;
    Counter rebalances;
  };
  StreamThread(StreamThreadSettings settings, Log& log, const Clock& clock, StatusBoard& board,
               DurablePositions& durable, Metrics& metrics);
  ~StreamThread() override;

  // The factory's sink threads call `wake`, so it is made after this object.
  Result<void> start(std::unique_ptr<TaskFactory> factory);
  // True: something was done. An error is a Stop: the worker must end.
  Result<bool> step();
  // Sleeps until something comes from outside, or time has something to do; 1 s at most.
  void wait();
  void wake() { consumer_->wake(); }  // any thread
  // Takes no more records; commits, drains, closes, within `drain`. Then only destruction.
  void stop();

  void on_assigned(const std::vector<TopicPartition>& partitions) override;
  void on_revoked(const std::vector<TopicPartition>& partitions, bool lost) override;

  // For tests and the worker's end of finite input.
  const std::vector<std::unique_ptr<Task>>& tasks() const { return tasks_; }
  bool running() const { return joined_ && pending_.empty(); }

 private:
  Result<bool> serve_and_turn();
  Result<bool> turn();
  Result<void> take_settings();
  Result<void> take_replies();
  Result<void> take_reply(const SinkThread& sink, SinkReply reply);
  Result<void> answer(Task& task, DatabaseOutput& database, SinkReply reply);
  size_t stopped_parts(const DatabaseOutput& like) const;
  void tell_stops(MemberStatus& status) const;
  Result<bool> wait_for(const Error& error);
  std::vector<TopicPartition> partitions_to_ask() const;
  Result<void> read_positions();
  Result<void> place(Task& task, const Committed& committed, int32_t known_partitions);
  Result<bool> ensure_producer();
  Result<bool> locate();
  Result<bool> locate_task(Task& task);
  Result<bool> locate_tables(Task& task);
  Result<void> locate_new(Task& task);
  Result<void> launch();
  size_t most_to_take() const;
  Result<bool> take_records();
  Result<void> advance();
  Result<void> check_parts(Task& task);
  Result<void> check_database(const Task& task, DatabaseOutput& database);
  Result<void> check_disks() const;
  bool held() const { return settings_.hold != nullptr && *settings_.hold; }
  bool dirty() const;
  bool commit_due(Duration now) const;
  // `all`: tables whose times and positions alone have moved say so, too.
  Result<void> commit_now(bool all = false);
  Result<void> send_tables(bool all);
  void tell_durable();
  bool drain_parts(Duration deadline);
  void restart(const Error& because);
  void drop_tasks();
  void show_tables(const Task& task);
  Result<void> handle(Result<void> outcome);
  void publish(bool now);
  TaskStatus status_of(const Task& task, size_t fetched) const;
  void log_assignment() const;
  static NewPart fresh(const Task& task);

  StreamThreadSettings settings_;
  Log& log_;
  const Clock& clock_;
  StatusBoard& board_;
  DurablePositions& durable_;
  Metrics& metrics_;
  Meters meters_;
  std::shared_ptr<Heartbeat> heartbeat_ = std::make_shared<Heartbeat>();
  std::unique_ptr<Consumer> consumer_;
  std::unique_ptr<Producer> producer_;
  Restorer restorer_;
  std::unique_ptr<TaskFactory> factory_;  // before the tasks, which use its sink threads

  std::vector<TopicPartition> assigned_;
  std::vector<std::unique_ptr<Task>> tasks_;
  std::vector<Task*> pending_;  // positions not known yet
  std::vector<Task*> asking_;   // of these, whose group offset is not known
  std::vector<Task*> fetched_;  // that have started, in the order of the last `fetch`
  size_t reading_ = 0;          // of these, the first so many are read; nothing takes the others'
  bool relaunch_ = false;       // a part is back: its task reads again from there
  bool told_ = false;           // the log has the assignment
  bool joined_ = false;
  bool draining_ = false;  // giving partitions back: nothing starts any more
  Duration joined_at_{};
  Duration locating_since_{};
  Duration retry_at_{};    // of what failed last (producer, offsets)
  Duration ask_at_{};      // for the group's offsets
  int failed_starts_ = 0;  // since the last commit
  std::string waits_for_;  // why it is not ready; empty: it is

  std::shared_ptr<const LiveSettings> live_;
  uint64_t live_version_ = 0;

  int64_t taken_ = 0;          // records since the last commit
  bool outputs_open_ = false;  // a transaction may hold records
  Duration last_commit_{};
  Duration commit_took_{};
  Duration idle_since_{};
  Duration published_{};
  size_t turn_ = 0;
  std::map<std::string, double> taken_before_;  // by pipelines of tasks that are gone
};

}  // namespace streamworker
