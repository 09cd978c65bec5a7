#include "app/worker.h"

#include <algorithm>
#include <array>
#include <set>

#include <unistd.h>

#include "app/open_log.h"
#include "base/human.h"
#include "base/log.h"
#include "base/startup_error.h"
#include "config/endpoints.h"
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

}  // namespace

Worker::Worker(const config::File& file, const Clock& clock, Supervisor& supervisor)
    : file_(file),
      clock_(clock),
      supervisor_(supervisor),
      board_(clock),
      live_(file, clock, board_),
      plan_(compile(file)),
      tables_(plan_, clock),
      readers_(clock),
      owners_(clock),
      taps_(clock) {
  board_.describe(describe_pipelines());
}

Worker::~Worker() { stop(); }

bool Worker::run(const std::function<bool()>& stop_asked) {
  if (plan_.stages.empty() && plan_.globals.empty())
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
  slot_ = std::make_unique<SlotFolder>(file_.state_dir, file_.app);
  unused_ = std::make_unique<UnusedFolders>(slot_->folder(), clock_);
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
  start_registry();
  start_members();
  feeding_ = std::make_unique<Feeding>(
      *log_, file_, topics_, clock_,
      Feeding::Owner{lookout_->hold(), [this](const std::string& why) { fail(why); }});
  start_housekeeping();
  return true;
}

void Worker::start_housekeeping() {
  HousekeepingJobs jobs;
  for (const Stage& stage : plan_.stages) {
    if (stage.stream == nullptr || file_.kafka.embedded()) jobs.deletable.insert(stage.topic);
    jobs.needed.push_back(stage.topic);
    for (const Node& node : stage.nodes)
      if (const auto* table = std::get_if<TablePlan>(&node.operation))
        jobs.changelogs[table->changelog] = node.pipeline;
  }
  for (const Stage& stage : plan_.globals) jobs.needed.push_back(stage.topic);
  jobs.every = file_.kafka.embedded() ? kHousekeepingEmbedded : kHousekeepingKafka;
  jobs.beside = [this](bool there) { look_for_unused(there); };
  jobs.failed = [this](const std::string& why) { fail(why); };
  housekeeping_ = std::make_unique<Housekeeping>(*log_, durable_, clock_, std::move(jobs));
}

void Worker::look_for_unused(bool there) {
  const auto members = board_.members();
  const bool known = there && std::all_of(members.begin(), members.end(),
                                          [](const auto& one) { return one.second.joined; });
  if (known)
    unused_->look(tables_.claims());
  else
    unused_->forget();
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
  timers_ = std::make_unique<Timers>(file_, name(), clock_, metrics_);
  live_.on_change([this](const config::File& now) {
    for (const config::Timer& timer : now.timers) timers_->update(timer);
  });
}

void Worker::start_http() {
  auto routes = std::make_shared<http::Routes>(board_, metrics_, clock_, config::show_json(file_),
                                               STREAMWORKER_VERSION);
  routes->add(*timers_);
  if (has_registry(file_, plan_))
    others_ = std::make_unique<http::Forwarding>(owners_, name(), file_.http_token, clock_);
  routes->add(tables_, readers_, others_.get());
  routes->add({file_, plan_, board_, tables_, readers_, taps_, clock_});
  routes->add(plan_.routes, {tables_, readers_, others_.get(), file_, clock_});
  http_ = std::make_unique<http::HttpServer>(
      file_.http_host, file_.http_port, metrics_, clock_,
      [routes](const http::Request& request) { return routes->handle(request); });
  http_->set_lanes({routes->lanes(),
                    [routes](const http::Request& request) { return routes->lane_of(request); }});
  http_->set_feeds(taps_.event());
  http_->set_token(file_.http_token);
  if (auto started = http_->start(); !started) throw StartupError(started.error().message);
}

std::string Worker::name() const { return fmt::format("{}-{}", file_.app, slot_->id()); }

void Worker::start_registry() {
  if (!others_) return;
  std::array<char, 256> machine{};
  (void)gethostname(machine.data(), machine.size() - 1);
  const std::string address =
      file_.http_advertise.empty()
          ? config::address_of(file_.http_host, http_->port(), machine.data())
          : file_.http_advertise;
  registry_ = std::make_unique<Registry>(*log_, clock_, tables_, owners_,
                                         Registry::Self{file_.app, name(), address});
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
  metrics_.gauge("http_feeds", "feeds that are open").set(static_cast<double>(taps_.listeners()));
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
  const auto all_read = [this](const Stage& stage) { return read_to_end(stage.topic); };
  return std::all_of(plan_.stages.begin(), plan_.stages.end(), all_read) &&
         std::all_of(plan_.globals.begin(), plan_.globals.end(), all_read);
}

bool Worker::read_to_end(const std::string& topic) const {
  const auto durable = durable_.all();
  for (int32_t i = 0; i < topics_.at(topic).partitions; ++i) {
    const TopicPartition at{topic, i};
    const auto marks = log_->watermarks(at);
    if (!marks) return false;
    const auto reached = durable.find(at);
    if (marks->end > (reached == durable.end() ? 0 : reached->second)) return false;
  }
  return true;
}

namespace {

template <class Pipeline>
PipelineStatus described(const Pipeline& pipeline) {
  PipelineStatus status;
  status.name = pipeline.name;
  for (const config::Text& from : pipeline.from) status.from.push_back(from.value);
  for (const config::Sink& sink : pipeline.sinks) status.to.push_back(sink_in_words(sink));
  return status;
}

}  // namespace

std::vector<PipelineStatus> Worker::describe_pipelines() const {
  std::vector<PipelineStatus> all;
  for (const config::Pipeline& pipeline : file_.pipelines) all.push_back(described(pipeline));
  for (const config::Table& table : file_.tables) {
    all.push_back(described(table));
    if (table.has_topic()) all.back().from = {"topic " + table.source.topic};
  }
  return all;
}

}  // namespace streamworker
