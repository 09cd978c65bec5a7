// How a stream thread starts its tasks: it finds their positions, brings their tables up to date,
// and reads.
#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"
#include "runtime/stream_thread.h"

namespace streamworker {

namespace {

using std::chrono::milliseconds;

constexpr Duration kRetry = milliseconds(500);
constexpr Duration kGatherStarts = milliseconds(500);  // slower tasks join the fetching later

TopicPartition first_of(const Task& task) { return {task.at().topic, 0}; }

Error changelog_lost(const TableStep& table) {
  const store::TablePlace& place = table.state().place();
  return stop(fmt::format(
      "{} holds nothing, but the group has committed what table {} took of {}: the topic was "
      "deleted or emptied. Bring it back; or stop the workers and run `streamworker reset --table "
      "{}`, which builds the table again from its source",
      to_string(place.changelog), place.table, to_string(place.input), place.table));
}

}  // namespace

// Stop stays an error; Retry: false, and the reason is told and waited for.
Result<bool> StreamThread::wait_for(const Error& error) {
  if (error.remedy == Remedy::Stop) return error;
  waits_for_ = error.message;
  retry_at_ = clock_.steady() + kRetry;
  publish(true);
  return false;
}

// Those of the tasks, and partition 0 of each topic, which knows how many there were.
std::vector<TopicPartition> StreamThread::partitions_to_ask() const {
  std::set<TopicPartition> all;
  for (const Task* task : asking_) {
    all.insert(task->at());
    all.insert(first_of(*task));
  }
  return {all.begin(), all.end()};
}

// The group's offsets of the tasks that are to start. A transaction that a worker left behind holds
// up the tasks whose offsets it has, no others; but one without an offset has to know how many
// partitions there were.
Result<void> StreamThread::read_positions() {
  if (asking_.empty() || clock_.steady() < ask_at_) return {};
  auto committed = consumer_->committed(partitions_to_ask());
  if (!committed) return committed.error();
  std::map<TopicPartition, Committed> stored;
  std::map<std::string, int32_t> known;
  for (Committed& one : *committed) {
    if (const auto read = read_metadata(one.metadata))
      known[one.at.topic] = std::max(known[one.at.topic], read->partitions);
    stored[one.at] = std::move(one);
  }
  for (auto it = asking_.begin(); it != asking_.end();) {
    const auto found = stored.find((*it)->at());
    const int32_t partitions = known[(*it)->at().topic];
    const bool enough = found != stored.end() && (stored.contains(first_of(**it)) ||
                                                  (found->second.offset && partitions > 0));
    if (!enough) {
      ++it;
      continue;
    }
    if (auto placed = place(**it, found->second, partitions); !placed) return placed;
    it = asking_.erase(it);
  }
  ask_at_ = clock_.steady() + kRetry;
  return {};
}

// Its parts claim their positions.
Result<void> StreamThread::place(Task& task, const Committed& committed, int32_t partitions) {
  if (auto done = task.set_group(committed); !done) return done;
  task.set_known_partitions(partitions);
  if (auto claimed = task.claim_parts(); !claimed) return claimed;
  for (TableStep* table : task.body().tables) restorer_.add(*table);
  locating_since_ = clock_.steady();  // databases have `drain` from here
  return {};
}

NewPart StreamThread::fresh(const Task& task) {
  const config::Stream* const stream = task.stage().stream;
  return {task.at(), stream == nullptr || stream->is_table, task.known_partitions()};
}

// Finds the positions of the tasks that are to start. True: something went forward.
Result<bool> StreamThread::locate() {
  if (clock_.steady() < retry_at_) return false;
  if (auto done = read_positions(); !done) return wait_for(done.error());
  const auto restored = restorer_.step();
  if (!restored) return wait_for(restored.error());
  std::vector<Task*> ready;
  for (Task* task : pending_) {
    auto known = locate_task(*task);
    if (!known) return wait_for(known.error());
    if (*known) ready.push_back(task);
  }
  const bool all = ready.size() == pending_.size();
  if (ready.empty() || (!all && clock_.steady() - locating_since_ < kGatherStarts))
    return *restored;
  for (Task* task : ready) {
    task->run_from(task->start());
    show_tables(*task);
    pending_.erase(std::find(pending_.begin(), pending_.end(), task));
    fetched_.push_back(task);
  }
  if (auto done = handle(launch()); !done) return done.error();
  return true;
}

// True: the tables of the task are there, and know where they begin.
Result<bool> StreamThread::locate_tables(Task& task) {
  if (task.restores()) {
    waits_for_ = restorer_.waits_for();
    return false;
  }
  if (!task.has_new_tables()) return true;
  if (const TableStep* lost = task.lost_table()) return changelog_lost(*lost);
  auto at = start_offset(log_, fresh(task), settings_.offset_reset);
  if (!at) return at.error();
  task.start_new_tables(*at);
  return true;
}

// Outputs and databases that are new begin where new things do.
Result<void> StreamThread::locate_new(Task& task) {
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
  return {};
}

// True: the task can start. A database that does not answer within `drain` is left behind when the
// task has something else to do.
Result<bool> StreamThread::locate_task(Task& task) {
  if (std::find(asking_.begin(), asking_.end(), &task) != asking_.end()) {
    waits_for_ = "a transaction of another worker to end: " + to_string(task.at()) + " is in it";
    return false;
  }
  if (auto tables = locate_tables(task); !tables || !*tables) return tables;
  if (auto located = locate_new(task); !located) return located.error();
  if (task.positions_known()) return true;
  waits_for_ = task.waits_for();
  const bool late = clock_.steady() - locating_since_ > settings_.drain;
  const bool others = task.has_outputs() ||
                      std::any_of(task.body().parts.begin(), task.body().parts.end(),
                                  [](const Part* one) { return one->active() && !one->paused(); });
  return late && others && !task.has_new_outputs();
}

// Reads all tasks that have started, from where each one is. Start positions are committed before
// the first record.
Result<void> StreamThread::launch() {
  if (dirty())
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

}  // namespace streamworker
