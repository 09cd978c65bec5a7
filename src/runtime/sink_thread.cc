#include "runtime/sink_thread.h"

#include <algorithm>

#include "base/human.h"
#include "base/log.h"
#include "runtime/back_off.h"

namespace streamworker {

namespace {

constexpr Duration kFirstRetry = std::chrono::milliseconds(100);
constexpr Duration kLastRetry = std::chrono::seconds(5);
constexpr Duration kNothingToDo = std::chrono::hours(1);

constexpr int kBusyFrom = 2;  // failures in a row: one deadlock is nothing to speak of
const std::vector<double> kSecondBounds = {.001, .002, .005, .01, .02, .05, .1,
                                           .2,   .5,   1,    2,   5,   10};

const char* class_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::Busy:
      return "busy";
    case Trouble::Away:
      return "away";
    case Trouble::Refusals:
      return "dead_letters";
    case Trouble::Schema:
      return "schema";
    case Trouble::Denied:
      return "denied";
    case Trouble::Unknown:
    case Trouble::Fatal:
      break;
  }
  return "unknown";
}

const char* advice(Trouble trouble) {
  switch (trouble) {
    case Trouble::Schema:
      return "; repair the table, or the file and start again";
    case Trouble::Denied:
      return "; give the user this right, or correct user, password or file";
    default:
      return "; not an error that is known to pass: look at the database";
  }
}

}  // namespace

SinkThread::Meters::Meters(Metrics& metrics, const std::string& database)
    : seconds(metrics.histogram("sink_seconds", "how long a transaction took",
                                {{"database", database}}, kSecondBounds)) {
  for (const Trouble trouble : {Trouble::Busy, Trouble::Away, Trouble::Refusals, Trouble::Schema,
                                Trouble::Denied, Trouble::Unknown})
    retries.emplace(
        trouble,
        metrics.counter("sink_retries_total", "attempts that failed and are tried again, by class",
                        {{"database", database}, {"class", class_of(trouble)}}));
}

std::string SinkThread::Waits::in_words(const std::string& database) const {
  if (trouble == Trouble::Refusals) return "refused rows cannot be kept: " + error;
  return fmt::format("database {} {}: {}", database, class_of(trouble), error);
}

SinkThread::SinkThread(std::string name, std::unique_ptr<Database> database, const Clock& clock,
                       Meters meters, std::function<void()> wake)
    : name_(std::move(name)),
      database_(std::move(database)),
      clock_(clock),
      meters_(std::move(meters)),
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

std::optional<SinkThread::Waits> SinkThread::waits() const {
  const std::lock_guard lock(mutex_);
  return away_ ? away_ : busy_;
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
  if (std::erase_if(queues_, [](const auto& one) { return one.second->dropped; }) > 0) calm_down();
  std::optional<uint64_t> first;
  std::optional<uint64_t> after;
  for (const auto& [part, queue] : queues_) {
    if (queue->jobs.empty()) continue;
    if (queue->retry_at <= now) {
      if (!first) first = part;
      if (!after && part > last_) after = part;
    } else {
      sleep = std::min(sleep.value_or(kNothingToDo), queue->retry_at - now);
    }
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
  answered(*queue);
  reply.part = last_;
  reply.batch = std::move(job->batch);
  queue->dead = reply.what == SinkReply::What::Fenced || !outcome;
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
  if (outcome) return reply;
  reply.trouble = database_->trouble();
  queue.trouble = reply.trouble;
  if (reply.trouble == Trouble::Away) prepared_.clear();
  if (outcome.error().remedy == Remedy::Retry) return reply;
  prepared_.erase(queue.table.name);
  reply.what = reply.trouble == Trouble::Fatal ? SinkReply::What::Failed : SinkReply::What::Stopped;
  reply.at = clock_.wall();
  reply.error = context(outcome.error(), "database " + name_);
  if (reply.what == SinkReply::What::Failed) return reply;
  reply.error.message += advice(reply.trouble);
  meters_.retries.at(reply.trouble).add();
  return reply;
}

Result<void> SinkThread::prepare(const Queue& queue) {
  if (prepared_.contains(queue.table.name)) return {};
  auto warnings = database_->prepare(queue.table);
  if (!warnings) return warnings.error();
  for (const std::string& warning : *warnings) log::warn("sink", "{}: {}", name_, warning);
  prepared_.insert(queue.table.name);
  return {};
}

Result<void> SinkThread::attempt_claim(Queue& queue, const Job& job, SinkReply& reply) {
  if (auto ready = prepare(queue); !ready) return ready;
  auto claim = database_->claim(queue.id, job.start);
  if (!claim) return claim.error();
  queue.claim = *claim;
  reply.claim = *claim;
  reply.what = claim->known ? SinkReply::What::Claimed : SinkReply::What::Unknown;
  return {};
}

Result<void> SinkThread::attempt_write(Queue& queue, const Job& job, SinkReply& reply) {
  if (auto ready = prepare(queue); !ready) return ready;
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

// For a while. REQUIRES: mutex_ is held.
void SinkThread::failed(Queue& queue, const Error& error) {
  ++queue.failures;
  const Duration wait = back_off(kFirstRetry, kLastRetry, queue.failures, queue.id);
  queue.retry_at = clock_.steady() + wait;
  meters_.retries.at(queue.trouble).add();
  const bool away = queue.trouble == Trouble::Away;
  if (!away && queue.failures < kBusyFrom) return;
  auto& waits = away ? away_ : busy_;
  if (!waits) {
    waits = Waits{queue.trouble, clock_.wall(), ""};
    log::warn("sink", "{} {} ({}); {} waits, next try in {}", name_,
              away ? "away" : "does not take a batch", error.message, queue.id.sink,
              format_elapsed(wait));
  }
  waits->error = error.message;
}

// The database said something: it is there. REQUIRES: mutex_ is held.
void SinkThread::answered(Queue& queue) {
  queue.failures = 0;
  if (away_) {
    log::info("sink", "{} is back after {}; nothing lost", name_,
              format_elapsed(std::chrono::duration_cast<Duration>(clock_.wall() - away_->since)));
    away_.reset();
  }
  calm_down();
}

// REQUIRES: mutex_ is held.
void SinkThread::calm_down() {
  if (!busy_) return;
  const bool still = std::any_of(queues_.begin(), queues_.end(), [](const auto& one) {
    return one.second->failures >= kBusyFrom && one.second->trouble != Trouble::Away;
  });
  if (still) return;
  log::info("sink", "{} takes everything again after {}; nothing lost", name_,
            format_elapsed(std::chrono::duration_cast<Duration>(clock_.wall() - busy_->since)));
  busy_.reset();
}

}  // namespace streamworker
