#include "testing/sandbox.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <unistd.h>

#include "base/startup_error.h"
#include "config/all_streams.h"
#include "config/find_database.h"
#include "log/embedded/embedded.h"
#include "testing/sandbox_file.h"

namespace streamworker::testing {

namespace {

using std::chrono::milliseconds;

constexpr Duration kCommits = milliseconds(20);       // a commit that is due has come after so long
constexpr int kSlices = 200;                          // a long time passes in steps
constexpr const char* kTables = "/tables";            // in the sandbox's folder
constexpr int kQuiet = 3;                             // turns without work: nothing is left to do
constexpr auto kPatience = std::chrono::seconds(30);  // of ours: with a sink that does not answer

std::string fresh_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "streamworker-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw StartupError("no temporary folder can be made: " + name);
  return name;
}

}  // namespace

Sandbox::Sandbox(const config::TestFile& test)
    : test_(test), folder_(fresh_folder()), clock_(test.clock) {}

Sandbox::~Sandbox() {
  end(true);
  log_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Result<void> Sandbox::start() {
  file_ = sandbox_file(test_, folder_);
  check_names(test_, file_);
  plan_ = compile(file_);
  tables_ = std::make_unique<query::Tables>(plan_, clock_);
  auto opened = open_embedded(folder_ + "/log");
  if (!opened) return opened.error();
  log_ = std::move(*opened);
  if (auto made = create_topics(); !made) return made;
  return start_member();
}

// Those of the streams; all others follow from them.
Result<void> Sandbox::create_topics() {
  for (const config::Stream* one : config::all_streams(file_)) {
    const auto said = std::find_if(test_.partitions.begin(), test_.partitions.end(),
                                   [&](const auto& each) { return each.first.value == one->name; });
    NewTopic topic;
    topic.name = one->topic;
    if (said != test_.partitions.end()) topic.partitions = static_cast<int32_t>(said->second);
    if (auto made = log_->create(topic); !made) return made;
  }
  auto topics = prepare_topics(*log_, file_, plan_);
  if (!topics) return topics.error();
  topics_ = std::move(*topics);
  return {};
}

Result<void> Sandbox::start_member() {
  parts_ = std::make_unique<Parts>(
      Parts{file_, plan_, topics_, clock_, metrics_, *log_, folder_ + kTables, blocks_,
            static_cast<size_t>(file_.memory) / 6,
            [this](log::Level, std::string_view line) { lines_.emplace_back(line); }});
  StreamThreadSettings settings;
  for (const Stage& stage : plan_.stages) settings.topics.push_back(stage.topic);
  settings.changelogs = changelogs_of(plan_);
  settings.consumer.group = file_.app;
  settings.consumer.client_id = file_.app + "-0";
  live_ = std::make_shared<SharedSettings>(live_settings(file_));
  settings.live = live_;
  settings.offset_reset = file_.offset_reset;
  settings.drain = file_.drain;
  settings.tables = tables_.get();
  start_settings();
  start_timers();
  look_around();
  start_globals(settings);
  if (settings.topics.empty()) return settle();
  member_ = std::make_unique<StreamThread>(settings, *log_, clock_, board_, durable_, metrics_);
  auto started = member_->start(std::make_unique<Assembly>(*parts_, settings.consumer.client_id,
                                                           [raw = member_.get()] { raw->wake(); }));
  return started ? settle() : started;
}

void Sandbox::start_globals(const StreamThreadSettings& settings) {
  if (plan_.globals.empty()) return;
  globals_ = std::make_unique<GlobalReader>(
      *parts_, GlobalReader::Around{settings.consumer, *tables_, board_, durable_, nullptr});
}

void Sandbox::start_settings() {
  if (!file_.settings) return;
  const auto* spec = config::find_database(file_, file_.settings->database.value);
  poller_ = std::make_unique<SettingsPoller>(file_, sink::open_session(*spec), clock_, board_,
                                             [this](const config::File& now) {
                                               live_->set(live_settings(now));
                                               for (const config::Timer& timer : now.timers)
                                                 for (Timer& one : timers_)
                                                   if (one.name == timer.name)
                                                     one.runner->update(timer);
                                             });
  next_poll_ = clock_.wall();
}

void Sandbox::start_timers() {
  for (const config::Timer& timer : file_.timers) {
    const auto* const spec = config::find_database(file_, timer.database.value);
    auto runner = std::make_unique<TimerRunner>(timer, TimerPlace{file_.app, "test"},
                                                sink::open_session(*spec), clock_, metrics_);
    timers_.push_back({timer.name, std::move(runner), clock_.wall()});
  }
}

void Sandbox::end(bool crash) {
  poller_.reset();
  timers_.clear();
  if (member_ && !crash) member_->stop();
  member_.reset();
  if (globals_ && !crash) globals_->stop();
  globals_.reset();
  parts_.reset();
}

Result<void> Sandbox::restart(const config::GivenRestart& how) {
  end(how.crash);
  std::error_code failed;
  if (how.lose_state) std::filesystem::remove_all(folder_ + kTables, failed);
  if (failed)
    return streamworker::stop("the tables' folder cannot be removed: " + failed.message());
  return start_member();
}

// The group, or a sink, owes the member something.
bool Sandbox::waiting() const {
  if (globals_ && !globals_->complete()) return true;
  if (!member_) return false;
  if (!member_->running()) return true;
  for (const auto& task : member_->tasks())
    for (const DatabaseOutput* database : task->body().databases)
      if (database->waiting()) return true;
  return false;
}

// One turn of each. True: something went forward.
Result<bool> Sandbox::step() {
  Result<bool> worked = member_ ? member_->step() : Result<bool>(false);
  if (!worked || !globals_) return worked;
  auto read = globals_->step();
  if (!read) return read;
  return *worked || *read;
}

Result<void> Sandbox::settle() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (int quiet = 0; quiet < kQuiet;) {
    if (std::chrono::steady_clock::now() > deadline)
      return streamworker::stop("a sink does not answer");
    auto worked = step();
    if (!worked) return worked.error();
    const bool waits = waiting();
    quiet = *worked || waits ? 0 : quiet + 1;
    if (waits) std::this_thread::yield();
  }
  return {};
}

// At what comes by the clock: settings and timers.
void Sandbox::look_around() {
  if (poller_ && next_poll_ <= clock_.wall()) {
    poller_->poll();
    next_poll_ = clock_.wall() + file_.settings->poll;
    for (Timer& timer : timers_) timer.look = clock_.wall();
  }
  for (Timer& timer : timers_)
    while (timer.look <= clock_.wall()) timer.look = timer.runner->step();
}

// In steps, so that what is due in between happens at its time, more or less; timers exactly.
Result<void> Sandbox::advance(Duration by) {
  const WallTime until = clock_.wall() + by;
  const Duration slice = std::max<Duration>(by / kSlices, milliseconds(1));
  while (clock_.wall() < until) {
    WallTime next = std::min(until, clock_.wall() + slice);
    for (const Timer& timer : timers_)
      if (timer.look > clock_.wall()) next = std::min(next, timer.look);
    if (poller_) next = std::min(next, next_poll_);
    clock_.advance(next - clock_.wall());
    look_around();
    if (auto settled = settle(); !settled) return settled;
  }
  return {};
}

// What one commit makes visible may be another stage's input, and so the next one's to commit.
Result<void> Sandbox::commit() {
  const auto due = [&] {
    return member_ &&
           std::any_of(member_->tasks().begin(), member_->tasks().end(),
                       [this](const auto& task) { return task->commit_is_due(clock_.steady()); });
  };
  do {
    if (auto passed = advance(kCommits); !passed) return passed;
  } while (due());
  return {};
}

}  // namespace streamworker::testing
