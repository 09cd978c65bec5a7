// What a stream thread does when its assignment changes, when tasks start, and when it stops.
#include <algorithm>
#include <map>
#include <set>

#include "base/human.h"
#include "base/log.h"
#include "runtime/stream_thread.h"

namespace streamworker {

namespace {

using std::chrono::milliseconds;

constexpr Duration kRetry = milliseconds(500);
constexpr Duration kFirstRestart = milliseconds(200);
constexpr Duration kLastRestart = std::chrono::seconds(5);
constexpr int kMostDoublings = 5;
constexpr Duration kGatherStarts = milliseconds(500);  // slower tasks join the fetching later

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
    Result<void> done = commit_now();
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
  draining_ = false;
  publish(true);
}

void StreamThread::drop_tasks() {
  for (const auto& task : tasks_)
    for (const PipelineEntry* entry : task->body().entries)
      taken_before_[entry->pipeline()] += static_cast<double>(entry->taken());
  tasks_.clear();
  pending_.clear();
  fetched_.clear();
  reading_ = 0;
  relaunch_ = false;
  told_ = false;
  located_ = false;
  taken_ = 0;
  outputs_open_ = false;
}

// The transaction is over, one way or the other: a new producer of the same id settles which. The
// next start waits longer each time, until a commit succeeds.
void StreamThread::restart(const Error& because) {
  log::warn("runtime", "starting again from what is committed: {}", because.message);
  waits_for_ = because.message;
  producer_.reset();
  drop_tasks();
  if (auto none = consumer_->fetch({}); !none) log::warn("runtime", "{}", none.error().message);
  const int doublings = std::min(failed_starts_++, kMostDoublings);
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
    producer_ = log_.producer(settings_.consumer.client_id);
    if (auto started = producer_->start(); !started) {
      producer_.reset();
      return wait_for(started.error());
    }
  }
  for (const TopicPartition& at : assigned_) {
    tasks_.push_back(factory_->make(at, *producer_));
    if (auto done = tasks_.back()->apply(*live_); !done) return done.error();
    pending_.push_back(tasks_.back().get());
  }
  located_ = false;
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

// Stop stays an error; Retry: false, and the reason is told and waited for.
Result<bool> StreamThread::wait_for(const Error& error) {
  if (error.remedy == Remedy::Stop) return error;
  waits_for_ = error.message;
  retry_at_ = clock_.steady() + kRetry;
  publish(true);
  return false;
}

// The partitions assigned, and partition 0 of each topic, which knows how many there were.
std::vector<TopicPartition> StreamThread::partitions_to_ask() const {
  std::set<TopicPartition> all(assigned_.begin(), assigned_.end());
  for (const TopicPartition& at : assigned_) all.insert({at.topic, 0});
  return {all.begin(), all.end()};
}

// The group's offsets of the tasks that are to start; their parts claim their positions.
Result<void> StreamThread::read_positions() {
  auto committed = consumer_->committed(partitions_to_ask());
  if (!committed) return committed.error();
  std::map<TopicPartition, Committed> stored;
  std::map<std::string, int32_t> known;
  for (Committed& one : *committed) {
    if (const auto read = read_metadata(one.metadata))
      known[one.at.topic] = std::max(known[one.at.topic], read->partitions);
    stored[one.at] = std::move(one);
  }
  for (Task* task : pending_) {
    if (auto done = task->set_group(stored[task->at()]); !done) return done;
    task->set_known_partitions(known[task->at().topic]);
    if (auto claimed = task->claim_parts(); !claimed) return claimed;
  }
  located_ = true;
  return {};
}

NewPart StreamThread::fresh(const Task& task) {
  return {task.at(), task.stage().stream == nullptr, task.known_partitions()};
}

// Finds the positions of the tasks that are to start. True: something went forward.
Result<bool> StreamThread::locate() {
  if (clock_.steady() < retry_at_) return false;
  if (!located_)
    if (auto done = read_positions(); !done) return wait_for(done.error());
  std::vector<Task*> ready;
  for (Task* task : pending_) {
    auto known = locate_task(*task);
    if (!known) return wait_for(known.error());
    if (*known) ready.push_back(task);
  }
  const bool all = ready.size() == pending_.size();
  if (ready.empty() || (!all && clock_.steady() - locating_since_ < kGatherStarts)) return false;
  for (Task* task : ready) {
    task->run_from(task->start());
    pending_.erase(std::find(pending_.begin(), pending_.end(), task));
    fetched_.push_back(task);
  }
  if (auto done = handle(launch()); !done) return done.error();
  return true;
}

// True: the task can start. A database that does not answer within `drain` is left behind when the
// task has something else to do.
Result<bool> StreamThread::locate_task(Task& task) {
  if (task.has_new_outputs()) {
    auto at = start_offset(log_, fresh(task), settings_.offset_reset);
    if (!at) return at.error();
    task.start_new_outputs(*at);
  }
  for (Part* one : task.body().parts) {
    if (!one->unknown()) continue;
    auto at = start_offset(log_, fresh(task), settings_.offset_reset);
    if (!at) return at.error();
    if (auto claimed = one->claim(*at); !claimed) return claimed.error();
  }
  if (task.positions_known()) return true;
  waits_for_ = task.waits_for();
  const bool late = clock_.steady() - locating_since_ > settings_.drain;
  const bool others = !task.body().outputs.empty() ||
                      std::any_of(task.body().parts.begin(), task.body().parts.end(),
                                  [](const Part* one) { return one->active() && !one->paused(); });
  return late && others && !task.has_new_outputs();
}

// Reads all tasks that have started, from where each one is. Start positions are committed before
// the first record.
Result<void> StreamThread::launch() {
  const bool moved = std::any_of(fetched_.begin(), fetched_.end(),
                                 [](const Task* task) { return task->commit_is_due(); });
  if (moved)
    if (auto done = commit_now(); !done) return done;
  tell_durable();
  for (Task* task : fetched_)
    if (auto marked = task->mark_start(); !marked) return marked;
  for (Task* task : fetched_)  // the tasks of a thread share one producer of letters: one waits
    if (auto kept = task->flush_letters(); !kept) return kept;
  const auto idle = std::stable_partition(fetched_.begin(), fetched_.end(),
                                          [](const Task* task) { return !task->idle(); });
  reading_ = static_cast<size_t>(idle - fetched_.begin());
  std::vector<Position> positions;
  for (size_t i = 0; i < reading_; ++i)
    positions.push_back({fetched_[i]->at(), fetched_[i]->next()});
  if (auto done = consumer_->fetch(positions); !done) return done;
  idle_since_ = clock_.steady();
  if (pending_.empty()) {
    waits_for_.clear();
    if (!std::exchange(told_, true)) log_assignment();
  }
  publish(true);
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
