// The worker: makes everything, in the order in which a record needs it, and takes it down the
// other way (src/README.md has both orders).
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "app/assembly.h"
#include "app/feeding.h"
#include "app/global_reader.h"
#include "app/housekeeping.h"
#include "app/live.h"
#include "app/lookout.h"
#include "app/registry.h"
#include "app/slot_folder.h"
#include "app/unused_folders.h"
#include "http/forwarding.h"
#include "http/server.h"
#include "query/readers.h"
#include "query/tables.h"
#include "runtime/status.h"
#include "runtime/timers.h"
#include "tap/taps.h"

namespace streamworker {

class Worker {
 public:
  // All must outlive the worker. Throws ConfigError.
  Worker(const config::File& file, const Clock& clock, Supervisor& supervisor);
  ~Worker();

  // Runs until `stop_asked` says so (looked at several times a second), something fails for good,
  // or finite input was processed to its end. True: it ended as it was asked to. Throws
  // StartupError.
  bool run(const std::function<bool()>& stop_asked);

 private:
  struct Member {
    std::unique_ptr<StreamThread> stream;
    std::thread thread;
  };

  bool start(const std::function<bool()>& stop_asked);
  void check_disk();
  bool wait_for_topics(const std::function<bool()>& stop_asked);
  bool wait_a_moment(const std::function<bool()>& stop_asked);
  void make_timers();
  void start_http();
  std::string name() const;  // of this worker among all
  void start_registry();
  void start_housekeeping();
  void look_for_unused(bool there);
  void start_members();
  void run_member(StreamThread& stream);
  void start_globals(const StreamThreadSettings& settings);
  void run_globals();
  void fail(const std::string& message);
  bool wait_until_over(const std::function<bool()>& stop_asked);
  void set_gauges();
  bool finished();
  bool read_to_end(const std::string& topic) const;
  void end_if_stopped();
  void stop();
  void end_at_deadline(size_t running);  // members
  void end_without_log();
  std::vector<PipelineStatus> describe_pipelines() const;

  const config::File& file_;
  const Clock& clock_;
  Supervisor& supervisor_;
  Metrics metrics_;
  StatusBoard board_;
  DurablePositions durable_;
  Live live_;
  Plan plan_;
  query::Tables tables_;
  query::Readers readers_;
  query::Owners owners_;
  Taps taps_;
  std::unique_ptr<SlotFolder> slot_;
  std::unique_ptr<UnusedFolders> unused_;
  std::unique_ptr<DiskGuard> disk_;  // of the embedded log
  std::unique_ptr<Log> log_;
  std::unique_ptr<Lookout> lookout_;
  std::unique_ptr<Timers> timers_;
  std::unique_ptr<http::Forwarding> others_;  // null: there are none
  std::unique_ptr<http::HttpServer> http_;
  Topics topics_;
  std::unique_ptr<Registry> registry_;  // null: there are no other workers
  std::unique_ptr<Parts> parts_;
  std::vector<Member> members_;
  std::unique_ptr<GlobalReader> globals_;  // null: there are no global tables
  std::thread globals_thread_;
  std::unique_ptr<Feeding> feeding_;
  std::unique_ptr<Housekeeping> housekeeping_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_{false};
  std::string failure_;
  size_t ended_ = 0;      // members whose thread is over
  bool stopped_ = false;  // everything is closed
};

}  // namespace streamworker
