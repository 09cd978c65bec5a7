#include "runtime/stream_thread.h"

#include <algorithm>

#include "base/log.h"
#include "commit/commit.h"

namespace streamworker {

namespace {

using std::chrono::milliseconds;

constexpr size_t kTake = 1000;  // records of one task at a time
constexpr Duration kCommitAtMostEvery = milliseconds(20);
constexpr Duration kDrained = milliseconds(2);  // nothing came for so long: the input is drained
constexpr Duration kWaitAtMost = std::chrono::seconds(1);
constexpr int kCommitShare = 10;  // commits take at most a tenth of the time

StreamThread::Meters meters_of(Metrics& metrics) {
  return {metrics.histogram("commit_seconds", "how long a commit took", {},
                            {.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 5}),
          metrics.counter("commits_total", "commits by result", {{"result", "ok"}}),
          metrics.counter("commits_total", "commits by result", {{"result", "failed"}}),
          metrics.counter("rebalances_total", "assignments taken", {})};
}

}  // namespace

StreamThread::StreamThread(StreamThreadSettings settings, Log& log, const Clock& clock,
                           StatusBoard& board, DurablePositions& durable, Metrics& metrics)
    : settings_(std::move(settings)),
      log_(log),
      clock_(clock),
      board_(board),
      durable_(durable),
      metrics_(metrics),
      meters_(meters_of(metrics)),
      consumer_(log.consumer(settings_.consumer)),
      restorer_(log, clock, metrics, settings_.consumer),
      live_(settings_.live->get()) {}

// The sink threads call wake(), and the consumer calls on_revoked() when it was not closed.
StreamThread::~StreamThread() {
  drop_tasks();
  if (settings_.tables != nullptr) settings_.tables->withdraw(*heartbeat_);
  factory_.reset();
  producer_.reset();
  consumer_.reset();
}

Result<void> StreamThread::start(std::unique_ptr<TaskFactory> factory) {
  factory_ = std::move(factory);
  joined_at_ = clock_.steady();
  return consumer_->subscribe(settings_.topics, *this);
}

Result<bool> StreamThread::step() {
  auto worked = serve_and_turn();
  if (!worked) {
    // A batch may be half processed: nothing of it may be committed when the member closes.
    producer_.reset();
    drop_tasks();
  }
  publish(false);
  return worked;
}

Result<bool> StreamThread::serve_and_turn() {
  if (auto polled = consumer_->poll(); !polled) return polled.error();
  if (log_.away().empty()) heartbeat_->beat(clock_.steady());
  if (auto taken = handle(take_settings()); !taken) return taken.error();
  if (auto taken = handle(take_replies()); !taken) return taken.error();
  if (assigned_.empty()) return false;
  return turn();
}

Result<bool> StreamThread::turn() {
  auto ready = ensure_producer();
  if (!ready || !*ready) return ready;
  if (auto sound = check_disks(); !sound) {
    if (auto handled = handle(sound); !handled) return handled.error();
    return true;
  }
  Result<bool> located(false);
  if (!pending_.empty()) located = locate();
  if (!located) return located;
  auto taken = take_records();
  if (!taken) {
    if (auto handled = handle(taken.error()); !handled) return handled.error();
    return true;
  }
  const Duration now = clock_.steady();
  if (*taken) idle_since_ = now;
  Result<void> done = advance();
  if (done && commit_due(now)) done = commit_now();
  if (auto handled = handle(done); !handled) return handled.error();
  return *located || *taken;
}

// Damage may have been met by readers of other threads, or by a restore.
Result<void> StreamThread::check_disks() const {
  for (const auto& task : tasks_)
    for (const TableStep* table : task->body().tables)
      if (const auto& rows = table->state().partition(); rows && rows->damaged())
        return retry(rows->folder() + " is damaged");
  return {};
}

// Once a step, so that nothing changes in the middle of a batch.
Result<void> StreamThread::take_settings() {
  const uint64_t version = settings_.live->version();
  if (version == live_version_) return {};
  live_version_ = version;
  live_ = settings_.live->get();
  for (const auto& task : tasks_)
    if (auto done = task->apply(*live_); !done) return done;
  return {};
}

// Retry: every task starts again; Stop goes to the worker.
Result<void> StreamThread::handle(Result<void> outcome) {
  if (outcome) return {};
  if (outcome.error().remedy == Remedy::Stop) return outcome;
  restart(outcome.error());
  return {};
}

// Of one task at a time, and no more than `commit.every` allows before the next commit.
size_t StreamThread::most_to_take() const {
  if (!live_->commit.every) return kTake;
  const int64_t left = *live_->commit.every - taken_;
  return static_cast<size_t>(std::clamp<int64_t>(left, 1, static_cast<int64_t>(kTake)));
}

Result<bool> StreamThread::take_records() {
  bool any = false;
  if (held()) return any;
  for (size_t k = 0; k < reading_; ++k) {
    const size_t i = (turn_ + k) % reading_;
    Task& task = *fetched_[i];
    if (task.blocked()) continue;
    auto messages = consumer_->take(i, most_to_take());
    if (!messages) return messages.error();
    if (messages->empty()) continue;
    any = true;
    outputs_open_ = outputs_open_ || task.has_outputs();
    taken_ += static_cast<int64_t>(messages->size());
    if (auto done = task.process(*messages, clock_.steady()); !done)
      return context(done.error(), "task " + task.stage().name + " " + to_string(task.at()));
    if (live_->commit.every && taken_ >= *live_->commit.every) break;
  }
  ++turn_;
  return any;
}

Result<void> StreamThread::advance() {
  const Duration now = clock_.steady();
  for (size_t i = 0; i < reading_; ++i) {
    const auto end = consumer_->known_end(i);
    fetched_[i]->note_end(end && consumer_->position(i) >= *end, now);
  }
  for (Task* task : fetched_) {
    if (auto done = task->advance(now); !done) return done;
    outputs_open_ = outputs_open_ || task->told_in_time();
    if (auto done = check_parts(*task); !done) return done;
  }
  return {};
}

Result<void> StreamThread::check_parts(Task& task) {
  for (DatabaseOutput* database : task.body().databases)
    if (auto done = check_database(task, *database); !done) return done;
  return {};
}

// One that answered after the task had started without it begins where new things begin; one whose
// position somebody else took is claimed again if the group says that we are its owner; one that is
// away for longer than `drain` is left behind, when the task has other things to do; one that was
// stopped is tried again from time to time.
Result<void> StreamThread::check_database(const Task& task, DatabaseOutput& database) {
  if (database.unknown()) {
    auto at = start_offset(log_, fresh(task), settings_.offset_reset);
    if (!at) return at.error();
    return database.claim(*at);
  }
  if (database.retry_due(clock_.steady())) return database.claim({});
  if (database.fenced()) {
    log::warn("runtime", "{}: somebody else wrote {}; asking the group who owns it",
              database.name(), to_string(task.at()));
    if (auto fence = commit_now(); !fence) return fence;
    return database.claim({});
  }
  const auto& parts = task.body().parts;
  const bool alone =
      !task.has_outputs() && std::none_of(parts.begin(), parts.end(), [&](const Part* part) {
        return part != &database && part->active() && !part->paused();
      });
  const auto held = database.held_up_since();
  if (alone || !held || !database.blocked() || clock_.steady() - *held < settings_.drain) return {};
  log::warn("runtime", "{} is left behind at {} until its database is back", database.name(),
            to_string(task.at()));
  database.leave_behind();
  return {};
}

bool StreamThread::dirty() const {
  const Duration now = clock_.steady();
  return std::any_of(fetched_.begin(), fetched_.end(),
                     [now](const Task* task) { return task->commit_is_due(now); });
}

bool StreamThread::commit_due(Duration now) const {
  if (live_->commit.every && taken_ >= *live_->commit.every) return true;
  const bool full = std::any_of(fetched_.begin(), fetched_.end(),
                                [](const Task* task) { return task->wants_commit(); });
  if (full) return true;
  const Duration since = now - last_commit_;
  if (since < kCommitAtMostEvery) return false;
  if (!dirty()) return false;
  if (now - idle_since_ >= kDrained) return true;
  return since >= std::min<Duration>(live_->commit.interval,
                                     std::max(commit_took_ * kCommitShare, kCommitAtMostEvery));
}

Result<void> StreamThread::send_tables(bool all) {
  for (Task* task : fetched_)
    if (auto sent = task->send_tables(*producer_, clock_, all); !sent) return sent;
  return {};
}

Result<void> StreamThread::commit_now(bool all) {
  const Duration before = clock_.steady();
  outputs_open_ = true;
  if (auto sent = send_tables(all); !sent) return sent;
  std::vector<Committed> offsets;
  for (const Task* task : fetched_)
    if (Committed one = task->group_offset(); one.offset) offsets.push_back(std::move(one));
  if (!offsets.empty()) {
    if (auto done = commit(*producer_, *consumer_, offsets); !done) {
      meters_.failed_commits.add();
      return done;
    }
    meters_.commits.add();
  }
  for (Task* task : fetched_)
    if (auto done = task->tables_committed(*producer_, clock_); !done) return done;
  auto committed = offsets.begin();
  for (Task* task : fetched_)
    if (committed != offsets.end() && committed->at == task->at())
      task->set_committed(*committed++);
  tell_durable();
  if (!offsets.empty()) failed_starts_ = 0;
  taken_ = 0;
  outputs_open_ = false;
  last_commit_ = clock_.steady();
  commit_took_ = last_commit_ - before;
  meters_.commit_seconds.observe(static_cast<double>(commit_took_.count()) / 1e6);
  return {};
}

// After each commit, and at a start: there may be nothing left to commit.
void StreamThread::tell_durable() {
  for (const Task* task : fetched_)
    if (const auto below = task->durable()) durable_.set(task->at(), *below);
}

void StreamThread::wait() {
  const Duration now = clock_.steady();
  Duration until = now + kWaitAtMost;
  for (const Task* task : fetched_)
    if (const auto due = task->due()) until = std::min(until, *due);
  if (dirty())
    until = std::min(until, std::max(idle_since_ + kDrained, last_commit_ + kCommitAtMostEvery));
  if (!pending_.empty() || (!assigned_.empty() && !producer_))
    until = std::min(until, std::max(retry_at_, now + milliseconds(10)));
  if (until > now) consumer_->wait(until - now);
}

}  // namespace streamworker
