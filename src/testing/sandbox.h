// A worker in process, for a test: the embedded log in a folder of its own, a clock that stands
// still, one stream thread whose turns are taken here, timers that run when they are looked at. The
// stages, sinks and stores are those of the worker; what a worker has around them (feeders,
// housekeeping, the watchdog, sockets) is not there.
//
// After each call everything that it causes has happened, but for commits: those come when the
// clock says so, with `commit` and when enough records were taken. Errors are told in words for the
// test's author. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/assembly.h"
#include "app/global_reader.h"
#include "base/clock.h"
#include "config/test_file.h"
#include "http/routes.h"
#include "query/readers.h"
#include "query/tables.h"
#include "runtime/settings_poller.h"
#include "runtime/stream_thread.h"
#include "runtime/timer_runner.h"
#include "sink/session.h"

namespace streamworker::testing {

// A record of a topic.
struct Came {
  int32_t partition = 0;
  EventTime timestamp{};
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::optional<std::string> content;  // the value, unpacked as the topic's format says
  bool is_json = true;                 // the content, by that format
  std::vector<std::pair<std::string, std::string>> headers;
};

// A row of a table: its key and its columns as JSON.
struct CameRow {
  std::string key;
  std::optional<RowWindow> window;
  std::string value;
};

class Sandbox {
 public:
  explicit Sandbox(const config::TestFile& test);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // To be called first, once. Throws ConfigError.
  Result<void> start();

  Result<void> apply(const config::Given& step);
  Result<void> commit();

  const config::File& file() const { return file_; }
  Log& log() { return *log_; }
  Result<std::vector<Came>> topic(const std::string& name);
  // Its committed rows, in the order of the keys.
  Result<std::vector<CameRow>> table(const std::string& name);
  Result<sink::SqlResult> query(const std::string& database, const std::string& sql);
  // What pipelines printed.
  const std::vector<std::string>& lines() const { return lines_; }
  // Of all label values together; 0: it was never counted.
  double counter(const std::string& name) const;
  http::Response get(const std::string& target);
  // A query over the tables.
  http::Response sql(const std::string& statement);

 private:
  struct Timer {
    std::string name;
    std::unique_ptr<TimerRunner> runner;
    WallTime look;  // when to look at it
  };

  Result<void> start_member();
  void start_globals(const StreamThreadSettings& settings);
  Result<bool> step();
  void start_settings();
  void start_timers();
  http::Response ask(const http::Request& request);
  void end(bool crash);
  Result<void> restart(const config::GivenRestart& how);
  Result<void> create_topics();
  bool waiting() const;
  Result<void> settle();
  Result<void> advance(Duration by);
  void look_around();
  Result<void> produce(const config::GivenRecord& record);
  Result<void> produce_file(const config::GivenFile& from);
  Result<void> append(const std::string& topic, OutRecord record);
  Result<int32_t> partition_of(const config::Stream& stream, const std::optional<std::string>& key);
  Result<void> run_timer(const std::string& name);
  const config::Stream& stream(const std::string& name) const;
  // As the stream or the sink says that has the topic; else JSON.
  config::Format format_of(const std::string& topic) const;

  static constexpr size_t kBlocks = 16UL << 20;
  const config::TestFile& test_;
  std::string folder_;
  ManualClock clock_;
  config::File file_;
  Plan plan_;
  Topics topics_;
  Metrics metrics_;
  StatusBoard board_{clock_};
  DurablePositions durable_;
  std::shared_ptr<rocks::Budget> blocks_ = std::make_shared<rocks::Budget>(kBlocks, kBlocks);
  std::unique_ptr<query::Tables> tables_;
  query::Readers readers_{clock_};
  std::vector<std::string> lines_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<StreamThread> member_;
  std::unique_ptr<GlobalReader> globals_;  // null: there are no global tables
  std::vector<Timer> timers_;
  std::shared_ptr<SharedSettings> live_;
  std::unique_ptr<SettingsPoller> poller_;  // null: the file names no settings
  WallTime next_poll_;
};

}  // namespace streamworker::testing
