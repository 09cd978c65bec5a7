// What a stream thread does when its assignment changes, when something fails, and when it stops.
#include <algorithm>
#include <map>
#include <set>

#include "base/human.h"
#include "base/log.h"
#include "runtime/stream_thread.h"

namespace streamworker {

namespace {

using std::chrono::milliseconds;

constexpr Duration kFirstRestart = milliseconds(200);
constexpr Duration kLastRestart = std::chrono::seconds(5);
constexpr int kMostDoublings = 5;

}  // namespace

void StreamThread::on_assigned(const std::vector<TopicPartition>& partitions) {
  drop_tasks();
  assigned_ = partitions;
  joined_ = true;
  waits_for_ = partitions.empty() ? "" : "starting";
  meters_.rebalances.add();
  joined_at_ = clock_.steady();
  publish(true);
}

void StreamThread::on_revoked(const std::vector<TopicPartition>& partitions, bool lost) {
  log::info("runtime", "{} {} partitions", lost ? "lost" : "giving back", partitions.size());
  const Duration deadline = clock_.steady() + settings_.drain;
  draining_ = true;
  const bool reachable = log_.away().empty();  // else a commit would wait, for nothing
  if (!lost && reachable && producer_ && !fetched_.empty()) {
    Result<void> done = commit_now(true);
    if (done && drain_parts(deadline)) done = commit_now();
    if (!done) {
      log::warn("runtime", "the last commit failed, its records are taken again: {}",
                done.error().message);
      producer_.reset();
    }
  } else if (outputs_open_) {
    producer_.reset();
  }
  for (const TopicPartition& at : partitions) durable_.forget(at);
  assigned_.clear();
  joined_ = false;  // until the group says again what is ours, if only that it is nothing
  drop_tasks();
  if (settings_.tables != nullptr) settings_.tables->withdraw(*heartbeat_);
  draining_ = false;
  publish(true);
}

void StreamThread::drop_tasks() {
  if (settings_.tables != nullptr) settings_.tables->hide(*heartbeat_);
  for (const auto& task : tasks_)
    for (const PipelineEntry* entry : task->body().entries)
      taken_before_[entry->pipeline()] += static_cast<double>(entry->taken());
  restorer_.clear();
  tasks_.clear();
  pending_.clear();
  fetched_.clear();
  reading_ = 0;
  relaunch_ = false;
  told_ = false;
  asking_.clear();
  taken_ = 0;
  outputs_open_ = false;
}

// To readers of other threads: with their rows, once those are here.
void StreamThread::show_tables(const Task& task) {
  if (settings_.tables == nullptr) return;
  for (const TableStep* table : task.body().tables) {
    const store::TableState& state = table->state();
    settings_.tables->show({table->name(), task.at().partition, task.partitions(),
                            state.is_loaded() ? state.partition() : nullptr, heartbeat_});
  }
}

// The transaction is over, one way or the other: a new producer of the same id settles which. The
// next start waits longer each time, until a commit succeeds.
void StreamThread::restart(const Error& because) {
  log::warn("runtime", "starting again from what is committed: {}", because.message);
  waits_for_ = because.message;
  const bool damaged = !check_disks();  // which the start mends
  producer_.reset();
  drop_tasks();
  if (auto none = consumer_->fetch({}); !none) log::warn("runtime", "{}", none.error().message);
  const int doublings = std::min(failed_starts_, kMostDoublings);
  if (!damaged) ++failed_starts_;
  retry_at_ = clock_.steady() + std::min<Duration>(kFirstRestart * (1 << doublings), kLastRestart);
  publish(true);
}

Result<bool> StreamThread::ensure_producer() {
  if (producer_ && !tasks_.empty()) return true;
  if (clock_.steady() < retry_at_) return false;
  if (!producer_) {
    // Its start would wait for the log, and a stop for that.
    if (const std::string away = log_.away(); !away.empty())
      return wait_for(retry(log_.name() + " away: " + away));
    producer_ = log_.producer(settings_.consumer.client_id, settings_.changelogs);
    if (auto started = producer_->start(); !started) {
      producer_.reset();
      return wait_for(started.error());
    }
  }
  for (const TopicPartition& at : assigned_) {
    tasks_.push_back(factory_->make(at, *producer_));
    if (auto done = tasks_.back()->apply(*live_); !done) return done.error();
    pending_.push_back(tasks_.back().get());
    show_tables(*tasks_.back());
  }
  asking_ = pending_;
  ask_at_ = {};
  locating_since_ = clock_.steady();
  return true;
}

Result<void> StreamThread::take_replies() {
  for (SinkThread* sink : factory_->sinks())
    for (SinkReply& reply : sink->replies())
      if (auto done = take_reply(*sink, std::move(reply)); !done) return done;
  return std::exchange(relaunch_, false) ? launch() : Result<void>();
}

Result<void> StreamThread::take_reply(const SinkThread& sink, SinkReply reply) {
  for (auto& task : tasks_)
    for (DatabaseOutput* database : task->body().databases)
      if (database->is_part(sink, reply.part)) return answer(*task, *database, std::move(reply));
  return {};  // its task is gone
}

// Of the same pipeline and database.
size_t StreamThread::stopped_parts(const DatabaseOutput& like) const {
  size_t count = 0;
  for (const auto& task : tasks_)
    for (const DatabaseOutput* one : task->body().databases)
      if (one->name() == like.name() && one->database() == like.database() && one->stopped())
        ++count;
  return count;
}

Result<void> StreamThread::answer(Task& task, DatabaseOutput& database, SinkReply reply) {
  const bool was_active = database.active();
  const bool was_stopped = database.stopped().has_value();
  if (auto done = database.on_reply(std::move(reply), clock_.steady()); !done) return done;
  const bool stopped = database.stopped().has_value();
  if (stopped && !was_stopped && stopped_parts(database) == 1)
    log::error("runtime", "pipeline {} stopped: {}; it is tried again, in the end each 30 s",
               database.pipeline(), database.stopped()->error);
  if (was_stopped && !stopped && stopped_parts(database) == 0)
    log::info("runtime", "pipeline {} goes on; nothing lost", database.pipeline());
  const bool runs = std::find(fetched_.begin(), fetched_.end(), &task) != fetched_.end();
  const bool back = database.active() && !was_active;
  if (!back || !runs || draining_ || database.paused()) return {};
  task.rewind_for(database);
  log::info("runtime", "{} goes on at {}", database.name(), to_string(task.at()));
  relaunch_ = true;
  return {};
}

// Flushes every part and waits until all of it is durable. False: the deadline came first; what is
// left is dropped, its position stays.
bool StreamThread::drain_parts(Duration deadline) {
  for (Task* task : fetched_)
    if (auto done = task->flush(); !done) return false;
  while (true) {
    if (auto done = take_replies(); !done) return false;
    const bool settled = std::all_of(fetched_.begin(), fetched_.end(),
                                     [](const Task* task) { return task->settled(); });
    if (settled) return true;
    const Duration left = deadline - clock_.steady();
    if (left <= Duration::zero()) return false;
    consumer_->wait(std::min<Duration>(left, milliseconds(100)));
    publish(false);
  }
}

void StreamThread::stop() {
  const Duration deadline = clock_.steady() + settings_.drain;
  consumer_->close(settings_.drain);  // revokes: commits, drains, commits
  const Duration left = deadline - clock_.steady();
  log::debug("runtime", "closed with {} left", format_elapsed(left));
  producer_.reset();
}

}  // namespace streamworker
