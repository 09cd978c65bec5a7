// The worker's stream threads: how they are made, run and ended, and all else with them.
#include <algorithm>

#include <unistd.h>

#include "app/worker.h"
#include "base/human.h"
#include "base/log.h"
#include "base/startup_error.h"

namespace streamworker {

namespace {

constexpr Duration kBeyondDrain = std::chrono::seconds(5);  // of a stop, before it is given up
// Of a commit: for offsets, records and its end, 10 s each.
constexpr Duration kCommit = std::chrono::seconds(30);
constexpr size_t kLeastFetch = 1UL << 20;
// librdkafka counts the bytes of messages; with what it keeps beside each they take twice as much.
constexpr size_t kOverhead = 2;

}  // namespace

void Worker::start_members() {
  const size_t share = static_cast<size_t>(file_.memory) / 6;  // of rows, blocks, buffers each
  parts_ = std::make_unique<Parts>(Parts{
      file_, plan_, topics_, clock_, metrics_, *log_, slot_->folder(),
      std::make_shared<rocks::Budget>(share, share), share / static_cast<size_t>(file_.threads)});
  parts_->taps = &taps_;
  size_t partitions = 0;
  StreamThreadSettings settings;
  for (const Stage& stage : plan_.stages) {
    settings.topics.push_back(stage.topic);
    partitions += static_cast<size_t>(topics_.at(stage.topic).partitions);
  }
  for (const Stage& stage : plan_.globals)
    partitions += static_cast<size_t>(topics_.at(stage.topic).partitions);
  settings.changelogs = changelogs_of(plan_);
  settings.consumer.group = file_.app;
  settings.consumer.longest_turn = file_.drain + kCommit;
  const size_t for_fetching = static_cast<size_t>(file_.memory) / 2 / kOverhead;
  settings.consumer.fetch_bytes =
      std::max(for_fetching / std::max<size_t>(partitions, 1), kLeastFetch);
  settings.live = live_.shared();
  settings.offset_reset = file_.offset_reset;
  settings.drain = file_.drain;
  settings.hold = &lookout_->hold();
  settings.tables = &tables_;
  start_globals(settings);
  const int threads = plan_.stages.empty() ? 0 : file_.threads;
  for (int i = 0; i < threads; ++i) {
    settings.consumer.client_id = fmt::format("{}-{}-{}", file_.app, slot_->id(), i);
    if (!file_.instance.empty())
      settings.consumer.instance = fmt::format("{}-{}", file_.instance, i);
    auto stream =
        std::make_unique<StreamThread>(settings, *log_, clock_, board_, durable_, metrics_);
    StreamThread* raw = stream.get();
    auto assembly =
        std::make_unique<Assembly>(*parts_, settings.consumer.client_id, [raw] { raw->wake(); });
    if (auto started = stream->start(std::move(assembly)); !started)
      throw StartupError(started.error().message);
    members_.push_back({std::move(stream), {}});
  }
  live_.on_change([this](const config::File&) {
    for (Member& member : members_) member.stream->wake();
  });
  for (Member& member : members_)
    member.thread = std::thread([this, stream = member.stream.get()] { run_member(*stream); });
}

void Worker::run_member(StreamThread& stream) {
  try {
    while (!stopping_) {
      auto worked = stream.step();
      if (!worked) {
        fail(worked.error().message);
        break;
      }
      if (!*worked) stream.wait();
    }
    stream.stop();
  } catch (const std::exception& error) {
    fail(error.what());
  }
  const std::lock_guard lock(mutex_);
  ++ended_;
  changed_.notify_all();
}

// One reader for the process, whatever its threads.
void Worker::start_globals(const StreamThreadSettings& settings) {
  if (plan_.globals.empty()) return;
  ConsumerSettings consumer = settings.consumer;
  consumer.client_id = fmt::format("{}-{}", file_.app, slot_->id());
  globals_ = std::make_unique<GlobalReader>(
      *parts_, GlobalReader::Around{consumer, tables_, board_, durable_, settings.hold});
  globals_thread_ = std::thread([this] { run_globals(); });
}

void Worker::run_globals() {
  try {
    while (!stopping_) {
      const auto worked = globals_->step();
      if (!worked) return fail(worked.error().message);
      if (!*worked) globals_->wait();
    }
    globals_->stop();
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

// Against the flow of the data: nothing new is fed, the members commit, drain and leave, then what
// they stood on goes.
void Worker::stop() {
  if (stopping_.exchange(true)) return;
  supervisor_.stopping();
  board_.stopping();
  const Duration until = clock_.steady() + file_.drain;
  const auto running =
      static_cast<size_t>(std::count_if(members_.begin(), members_.end(), [](const Member& member) {
        return member.thread.joinable();
      }));
  std::thread deadline([this, running] { end_at_deadline(running); });
  if (registry_) registry_->leave();
  if (timers_) timers_->end();
  feeding_.reset();
  for (Member& member : members_) member.stream->wake();
  for (Member& member : members_)
    if (member.thread.joinable()) member.thread.join();
  if (globals_thread_.joinable()) globals_thread_.join();
  if (timers_) timers_->stop(std::max<Duration>(until - clock_.steady(), {}));
  live_.stop();
  housekeeping_.reset();
  members_.clear();
  globals_.reset();
  if (http_) http_->stop();
  registry_.reset();
  lookout_.reset();
  log_.reset();
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  deadline.join();
  log::info("app", "stopped");
}

// Statements that do not come back, and clients of librdkafka that cannot be destroyed (2.0 hangs
// there when a topic was deleted, #4187), end with the process.
void Worker::end_at_deadline(size_t running) {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, file_.drain, [&] { return stopped_; })) return;
  if (ended_ != running && failure_.empty()) end_without_log();
  if (changed_.wait_for(lock, kBeyondDrain, [&] { return stopped_; })) return;
  const bool committed = ended_ == running;
  const auto patience = format_duration(file_.drain + kBeyondDrain);
  if (committed)
    log::warn("app", "not everything closed within {}; all that was done is committed", patience);
  else
    log::error("app", "did not stop within {}; what was not committed is taken again", patience);
  ::_exit(committed && failure_.empty() ? 0 : 1);
}

// A commit that was sent to a log that then went away is waited for by librdkafka as long as the
// transaction lives, and nothing ends it; the next start settles it. With the lock: a member that
// has not ended holds the log.
void Worker::end_without_log() {
  if (log_->away().empty()) return;
  log::warn("app", "{} away, a commit was not answered within {}; the next start settles it",
            log_->name(), format_duration(file_.drain));
  ::_exit(0);
}

}  // namespace streamworker
