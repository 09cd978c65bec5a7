#include "app/worker.h"

#include <algorithm>
#include <set>

#include <unistd.h>

#include "app/open_log.h"
#include "base/human.h"
#include "base/log.h"
#include "base/startup_error.h"
#include "config/show.h"
#include "http/routes.h"
#include "runtime/describe.h"

namespace streamworker {

namespace {

using std::chrono::milliseconds;

constexpr auto kLook = milliseconds(100);  // how often the main thread looks around
constexpr Duration kRetry = std::chrono::seconds(1);
constexpr Duration kHousekeepingEmbedded = std::chrono::seconds(1);
constexpr Duration kHousekeepingKafka = std::chrono::seconds(10);
constexpr Duration kBeyondDrain = std::chrono::seconds(5);  // of a stop, before it is given up
constexpr size_t kLeastFetch = 1UL << 20;
// librdkafka counts the bytes of messages; with what it keeps beside each they take twice as much.
constexpr size_t kOverhead = 2;

}  // namespace

Worker::Worker(const config::File& file, const Clock& clock, Supervisor& supervisor)
    : file_(file),
      clock_(clock),
      supervisor_(supervisor),
      board_(clock),
      live_(file, clock, board_),
      plan_(compile(file)) {
  board_.describe(describe_pipelines());
}

Worker::~Worker() { stop(); }

bool Worker::run(const std::function<bool()>& stop_asked) {
  if (plan_.stages.empty())
    throw StartupError("no pipeline writes anything: there is nothing to run");
  for (const std::string& warning : plan_.warnings) log::warn("app", "{}", warning);
  metrics_.gauge("build_info", "1, with the version", {{"version", STREAMWORKER_VERSION}}).set(1);
  if (!start(stop_asked)) return true;
  const bool asked = wait_until_over(stop_asked);
  stop();
  return asked && failure_.empty();
}

// False: it was asked to stop while it waited for the log.
bool Worker::start(const std::function<bool()>& stop_asked) {
  slot_ = std::make_unique<Slot>(file_.state_dir, file_.app);
  if (file_.kafka.embedded()) check_disk();
  log_ = open_log(file_);
  lookout_ =
      std::make_unique<Lookout>(file_, clock_, board_, *log_, disk_.get(), supervisor_,
                                [this](const TopicPartition& of) { return log_->stable_end(of); });
  make_timers();
  start_http();
  log::info("app", "streamworker {} · {} · {} · {} · http http://{}:{} · slot {} · {} {}",
            STREAMWORKER_VERSION, file_.app, file_.path, log_->name(), file_.http_host,
            http_->port(), slot_->number(), file_.threads,
            file_.threads == 1 ? "thread" : "threads");
  supervisor_.ready();
  live_.start();
  live_.wait_for_first(stop_asked);
  timers_->start();
  if (!wait_for_topics(stop_asked)) return false;
  start_members();
  feeding_ = std::make_unique<Feeding>(
      *log_, file_, topics_, clock_,
      Feeding::Owner{lookout_->hold(), [this](const std::string& why) { fail(why); }});
  HousekeepingJobs jobs;
  for (const Stage& stage : plan_.stages) {
    if (stage.stream == nullptr || file_.kafka.embedded()) jobs.deletable.insert(stage.topic);
    jobs.needed.push_back(stage.topic);
  }
  jobs.every = file_.kafka.embedded() ? kHousekeepingEmbedded : kHousekeepingKafka;
  jobs.failed = [this](const std::string& why) { fail(why); };
  housekeeping_ = std::make_unique<Housekeeping>(*log_, durable_, std::move(jobs));
  return true;
}

// RocksDB may abort on a full disk, also when it opens.
void Worker::check_disk() {
  disk_ = std::make_unique<DiskGuard>(slot_->folder(), free_bytes, clock_);
  if (!disk_->almost_full()) return;
  throw StartupError(fmt::format(
      "the disk of {} has only {} free, and the log needs {}: free some, or set state.dir",
      disk_->folder(), format_bytes(static_cast<int64_t>(disk_->free())),
      format_bytes(static_cast<int64_t>(DiskGuard::kFloor))));
}

bool Worker::wait_for_topics(const std::function<bool()>& stop_asked) {
  while (true) {
    auto topics = prepare_topics(*log_, file_, plan_);
    if (topics) {
      topics_ = std::move(*topics);
      board_.report("topics", {});
      return true;
    }
    const Error& error = topics.error();
    if (error.remedy == Remedy::Stop) throw StartupError(error.message);
    // A log that is away is told of by the lookout, which sees it within a moment.
    const Duration again = clock_.steady() + kRetry;
    while (clock_.steady() < again || !log_->away().empty())
      if (!wait_a_moment(stop_asked)) return false;
    board_.report("topics", {{"waiting for topics", {{"error", error.message}}}});
    log::warn("app", "the topics are not known yet, trying again: {}", error.message);
  }
}

// False: it was asked to stop.
bool Worker::wait_a_moment(const std::function<bool()>& stop_asked) {
  if (stop_asked()) return false;
  if (const std::string& verdict = lookout_->look(); !verdict.empty()) fail(verdict);
  live_.look();
  std::unique_lock lock(mutex_);
  if (failure_.empty()) changed_.wait_for(lock, kLook);
  return true;
}

// Settings of the database that are read before they are started are as good as the file's.
void Worker::make_timers() {
  timers_ = std::make_unique<Timers>(file_, fmt::format("{}-{}", file_.app, slot_->id()), clock_,
                                     metrics_);
  live_.on_change([this](const config::File& now) {
    for (const config::Timer& timer : now.timers) timers_->update(timer);
  });
}

void Worker::start_http() {
  auto routes = std::make_shared<http::Routes>(board_, metrics_, clock_, config::show_json(file_),
                                               STREAMWORKER_VERSION);
  routes->add(*timers_);
  http_ = std::make_unique<http::HttpServer>(
      file_.http_host, file_.http_port, metrics_, clock_,
      [routes](const http::Request& request) { return routes->handle(request); });
  if (auto started = http_->start(); !started) throw StartupError(started.error().message);
}

void Worker::start_members() {
  parts_ = std::make_unique<Parts>(Parts{file_, plan_, topics_, clock_, metrics_, *log_});
  size_t partitions = 0;
  StreamThreadSettings settings;
  for (const Stage& stage : plan_.stages) {
    settings.topics.push_back(stage.topic);
    partitions += static_cast<size_t>(topics_.at(stage.topic).partitions);
  }
  settings.consumer.group = file_.app;
  const size_t for_fetching = static_cast<size_t>(file_.memory) / 2 / kOverhead;
  settings.consumer.fetch_bytes =
      std::max(for_fetching / std::max<size_t>(partitions, 1), kLeastFetch);
  settings.live = live_.shared();
  settings.offset_reset = file_.offset_reset;
  settings.drain = file_.drain;
  settings.hold = &lookout_->hold();
  for (int i = 0; i < file_.threads; ++i) {
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

void Worker::fail(const std::string& message) {
  const std::lock_guard lock(mutex_);
  if (failure_.empty()) {
    failure_ = message;
    log::error("app", "{}", message);  // now: the stop that follows may not come to its end
  }
  changed_.notify_all();
}

// True: it was asked to stop, or finite input is at its end.
bool Worker::wait_until_over(const std::function<bool()>& stop_asked) {
  while (wait_a_moment(stop_asked)) {
    {
      const std::lock_guard lock(mutex_);
      if (!failure_.empty()) return false;
    }
    set_gauges();
    if (finished()) {
      log::info("app", "the input is at its end, and everything is written");
      return true;
    }
    end_if_stopped();
  }
  return true;
}

void Worker::set_gauges() {
  size_t tasks = 0;
  for (const auto& [name, member] : board_.members()) tasks += member.tasks.size();
  metrics_.gauge("assigned_tasks", "tasks of this worker").set(static_cast<double>(tasks));
  metrics_.gauge("ready", "1: /health/ready says so").set(board_.reasons().empty() ? 1 : 0);
}

// A job with an end does not wait for somebody to repair a table.
void Worker::end_if_stopped() {
  if (!feeding_->finite()) return;
  for (const Reason& reason : board_.reasons())
    if (reason.what == "pipeline stopped")
      fail("pipeline " + reason.details.at("pipeline") + ": " + reason.details.at("error"));
}

bool Worker::finished() {
  if (!feeding_->finite() || !feeding_->done()) return false;
  const auto durable = durable_.all();
  for (const Stage& stage : plan_.stages) {
    for (int32_t i = 0; i < topics_.at(stage.topic).partitions; ++i) {
      const TopicPartition at{stage.topic, i};
      const auto marks = log_->watermarks(at);
      if (!marks) return false;
      const auto reached = durable.find(at);
      if (marks->end > (reached == durable.end() ? 0 : reached->second)) return false;
    }
  }
  return true;
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
  if (timers_) timers_->end();
  feeding_.reset();
  for (Member& member : members_) member.stream->wake();
  for (Member& member : members_)
    if (member.thread.joinable()) member.thread.join();
  if (timers_) timers_->stop(std::max<Duration>(until - clock_.steady(), {}));
  live_.stop();
  housekeeping_.reset();
  members_.clear();
  if (http_) http_->stop();
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
  const auto patience = file_.drain + kBeyondDrain;
  if (changed_.wait_for(lock, patience, [&] { return stopped_; })) return;
  const bool committed = ended_ == running;
  if (committed)
    log::warn("app", "not everything closed within {}; all that was done is committed",
              format_duration(patience));
  else
    log::error("app", "did not stop within {}; what was not committed is taken again",
               format_duration(patience));
  ::_exit(committed && failure_.empty() ? 0 : 1);
}

std::vector<PipelineStatus> Worker::describe_pipelines() const {
  std::vector<PipelineStatus> all;
  for (const config::Pipeline& pipeline : file_.pipelines) {
    PipelineStatus status;
    status.name = pipeline.name;
    for (const config::Text& from : pipeline.from) status.from.push_back(from.value);
    for (const config::Sink& sink : pipeline.sinks) status.to.push_back(sink_in_words(sink));
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace streamworker
