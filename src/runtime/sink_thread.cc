#include "runtime/sink_thread.h"

#include <algorithm>

#include "base/log.h"

namespace streamworker {

namespace {

constexpr Duration kFirstRetry = std::chrono::milliseconds(100);
constexpr Duration kLastRetry = std::chrono::seconds(5);
constexpr Duration kNothingToDo = std::chrono::hours(1);

// Doubles from 100 ms to 5 s; the part's number spreads parts over the last quarter.
Duration back_off(int failures, uint64_t part) {
  const Duration full = std::min(kLastRetry, kFirstRetry * (1 << std::min(failures - 1, 6)));
  return full - full / 4 * static_cast<int64_t>(part % 8) / 8;
}

}  // namespace

SinkThread::SinkThread(std::string name, std::unique_ptr<Database> database, const Clock& clock,
                       Meters meters, std::function<void()> wake)
    : name_(std::move(name)),
      database_(std::move(database)),
      clock_(clock),
      meters_(meters),
      wake_(std::move(wake)),
      thread_([this] { run(); }) {}

SinkThread::~SinkThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void SinkThread::claim(uint64_t part, const PartId& id, const Table& table,
                       std::optional<Offset> start, std::shared_ptr<RowRefusals> refusals) {
  const std::lock_guard lock(mutex_);
  auto& queue = queues_[part];
  if (!queue) queue = std::make_unique<Queue>();
  queue->id = id;
  queue->table = table;
  queue->refusals = std::move(refusals);
  queue->dropped = false;
  Job job;
  job.kind = Job::Kind::Claim;
  job.start = start;
  queue->jobs.push_back(std::move(job));
  changed_.notify_one();
}

void SinkThread::write(uint64_t part, std::unique_ptr<Batch> batch, Offset end) {
  const std::lock_guard lock(mutex_);
  Queue& queue = *queues_.at(part);
  if (queue.dead) return;  // the reply that says so is on its way
  Job job;
  job.batch = std::move(batch);
  job.end = end;
  queue.jobs.push_back(std::move(job));
  changed_.notify_one();
}

// The queue object stays: the sink thread may be at work on its first job. That job stays in front
// and is taken off when it is done; a dropped queue without jobs is removed by `work`.
void SinkThread::drop(uint64_t part) {
  const std::lock_guard lock(mutex_);
  auto found = queues_.find(part);
  if (found == queues_.end()) return;
  found->second->dropped = true;
  changed_.notify_one();
}

std::vector<SinkReply> SinkThread::replies() {
  const std::lock_guard lock(mutex_);
  return std::exchange(replies_, {});
}

std::optional<SinkThread::Away> SinkThread::away() const {
  const std::lock_guard lock(mutex_);
  return away_;
}

void SinkThread::run() {
  while (true) {
    const auto sleep = work();
    if (!sleep) continue;
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    std::optional<Duration> still;
    if (next_due(clock_.steady(), still)) continue;
    changed_.wait_for(lock, std::min(*sleep, kNothingToDo));
    if (stopping_) return;
  }
}

// REQUIRES: mutex_ is held. The parts take turns.
std::optional<uint64_t> SinkThread::next_due(Duration now, std::optional<Duration>& sleep) {
  std::optional<uint64_t> first;
  std::optional<uint64_t> after;
  for (auto it = queues_.begin(); it != queues_.end();) {
    Queue& queue = *it->second;
    if (queue.dropped) {
      it = queues_.erase(it);
      continue;
    }
    if (!queue.jobs.empty() && queue.retry_at <= now) {
      if (!first) first = it->first;
      if (!after && it->first > last_) after = it->first;
    } else if (!queue.jobs.empty()) {
      sleep = std::min(sleep.value_or(kNothingToDo), queue.retry_at - now);
    }
    ++it;
  }
  return after ? after : first;
}

std::optional<Duration> SinkThread::work() {
  std::optional<Duration> sleep;
  Queue* queue = nullptr;
  Job* job = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return kNothingToDo;
    const auto part = next_due(clock_.steady(), sleep);
    if (!part) return sleep.value_or(kNothingToDo);
    last_ = *part;
    queue = queues_.at(*part).get();  // erased by this thread alone
    job = &queue->jobs.front();       // taken off by this thread alone
  }
  const Duration before = clock_.steady();
  Result<void> outcome;
  SinkReply reply = attempt(*queue, *job, outcome);
  meters_.seconds.observe(static_cast<double>((clock_.steady() - before).count()) / 1e6);
  const std::lock_guard lock(mutex_);
  if (!outcome && outcome.error().remedy == Remedy::Retry) {
    failed(*queue, outcome.error());
    return {};
  }
  succeeded(*queue);
  reply.part = last_;
  reply.batch = std::move(job->batch);
  queue->dead = reply.what == SinkReply::What::Fenced || reply.what == SinkReply::What::Failed;
  if (queue->dead)
    queue->jobs.clear();
  else
    queue->jobs.pop_front();
  if (!queue->dropped) replies_.push_back(std::move(reply));
  wake_();
  return {};
}

SinkReply SinkThread::attempt(Queue& queue, Job& job, Result<void>& outcome) {
  SinkReply reply;
  outcome = job.kind == Job::Kind::Claim ? attempt_claim(queue, job, reply)
                                         : attempt_write(queue, job, reply);
  if (!outcome && outcome.error().remedy != Remedy::Retry) {
    reply.what = SinkReply::What::Failed;
    reply.error = context(outcome.error(), "database " + name_);
  }
  return reply;
}

Result<void> SinkThread::attempt_claim(Queue& queue, const Job& job, SinkReply& reply) {
  if (!prepared_.contains(queue.table.name)) {
    auto warnings = database_->prepare(queue.table);
    if (!warnings) return warnings.error();
    for (const std::string& warning : *warnings) log::warn("sink", "{}: {}", name_, warning);
    prepared_.insert(queue.table.name);
  }
  auto claim = database_->claim(queue.id, job.start);
  if (!claim) return claim.error();
  queue.claim = *claim;
  reply.claim = *claim;
  reply.what = claim->known ? SinkReply::What::Claimed : SinkReply::What::Unknown;
  return {};
}

Result<void> SinkThread::attempt_write(Queue& queue, const Job& job, SinkReply& reply) {
  const Batch none(queue.table.columns);
  auto written =
      database_->write({queue.id, queue.claim, job.end, queue.table, job.batch ? *job.batch : none},
                       *queue.refusals);
  if (!written) return written.error();
  reply.what = *written == Written::Done ? SinkReply::What::Written : SinkReply::What::Fenced;
  reply.end = job.end;
  if (*written == Written::Done) queue.claim.next = job.end;
  return {};
}

void SinkThread::failed(Queue& queue, const Error& error) {
  ++queue.failures;
  const Duration wait = back_off(queue.failures, last_);
  queue.retry_at = clock_.steady() + wait;
  meters_.retries.add();
  if (!away_) {
    away_ = Away{clock_.wall(), error.message};
    log::warn("sink", "{} away ({}); {} waits, trying again", name_, error.message, queue.id.sink);
  }
  away_->error = error.message;
}

void SinkThread::succeeded(Queue& queue) {
  queue.failures = 0;
  if (!away_) return;
  const double seconds = static_cast<double>((clock_.wall() - away_->since).count()) / 1e6;
  log::info("sink", "{} is back after {:.1f} s; nothing lost", name_, seconds);
  away_.reset();
}

}  // namespace streamworker
