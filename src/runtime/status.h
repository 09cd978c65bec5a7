// What the worker knows of itself, for /health, /assignment, /pipelines and the log.
//
// The stream threads publish, the HTTP threads read; each call takes one short lock and copies.
// Nothing here is called per record: a thread publishes after a commit and at most each 100 ms.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "log/log.h"

namespace streamworker {

struct TaskStatus {
  std::string stage;  // the stream or repartition step whose topic it reads
  TopicPartition at;
  std::string
      state;  // "starting", "running", "paused", or what it waits for: "database shop away: …"
  Offset position = 0;  // next to be read; what no reader gets is passed over
  // The smallest position of what it writes, of all that is not in a named wait; `position` when
  // everything taken is written; none: see Task::written.
  std::optional<Offset> written;
  bool waits = false;                   // it takes nothing, for a reason that has a name; no stall
  std::optional<Offset> committed;      // the group's offset
  std::optional<Offset> end;            // of the partition, as far as known
  std::optional<EventTime> event_time;  // of the last record taken
  std::vector<std::string> paused;      // pipelines of it that are paused
};

// Why the worker is not ready: {"what": "database away", "database": "shop", "since": …, "error":
// …}
struct Reason {
  std::string what;
  std::map<std::string, std::string> details;
};

struct PipelineStatus {
  std::string name;
  std::vector<std::string> from;  // streams, pipelines
  std::vector<std::string> to;    // "mtdataengineer.Classifieds (upsert by id)", "topic out", "log"
  bool paused = false;
  double records = 0;                 // taken since start
  double rate = 0;                    // records per second over the last 10 s
  std::string state = "running";      // or "stopped", "paused"
  std::string why;                    // it is not running; else empty
  std::vector<std::string> warnings;  // of the streams that it reads, or of its own topic
};

struct MemberStatus {
  bool joined = false;  // has been assigned something, or nothing, by the group
  std::vector<TaskStatus> tasks;
  std::vector<Reason> reasons;                     // of this member alone; empty: ready
  std::map<std::string, double> pipeline_records;  // taken by each pipeline since start
  std::map<std::string, std::string> stopped;      // pipelines, with the error
  std::map<std::string, std::string> warnings;     // by stream: what its file should say otherwise
  Duration published{};                            // steady; set by `publish`
};

// A key that can change while the worker runs, or a name in the settings table that is none.
struct SettingStatus {
  std::string name;     // "pipelines.store.batch.size"
  std::string value;    // in effect, as JSON
  std::string initial;  // the default, as JSON
  std::string origin;   // default, file, command line, database; empty: not a live key
  std::string updated_at;
  std::string updated_by;
  std::string refused_value;  // what the table has
  std::string refused;        // why it is not in effect; empty: it is
};

struct SettingsStatus {
  std::string database;  // empty: the file has no `settings`
  Duration poll{};
  std::optional<WallTime> read_at;  // last time that the table was read
  std::string problem;              // why it was not since; empty: it was
  std::vector<SettingStatus> settings;
};

class StatusBoard {
 public:
  explicit StatusBoard(const Clock& clock) : clock_(clock) {}
  // The pipelines of the file, at start; rates are filled in by `pipelines`.
  void describe(std::vector<PipelineStatus> pipelines);
  void publish(const std::string& member, MemberStatus status);
  // The pipelines that are paused now.
  void set_paused(std::set<std::string> pipelines);
  void publish_settings(SettingsStatus settings);
  // Reasons of the worker as a whole, by who says so; an empty list takes them back.
  void report(const std::string& who, std::vector<Reason> reasons);
  // From now on not ready, because it stops.
  void stopping();

  std::map<std::string, MemberStatus> members() const;
  std::vector<PipelineStatus> pipelines() const;
  SettingsStatus settings() const;
  // Empty: ready. The worker's own come first. The same reason of several members stands once,
  // since the first of them. Before the first publication: {"starting"}; a member that has not
  // joined:
  // {"joining"}; a member that joined and got no task is ready ("idle, spare" in its state).
  std::vector<Reason> reasons() const;

 private:
  struct Sample {
    Duration at{};
    std::map<std::string, double> records;
  };
  // The records taken by each pipeline, over all members. REQUIRES: the lock is held.
  std::map<std::string, double> taken() const;
  // Whether it is paused, or a member has stopped it. REQUIRES: the lock is held.
  void set_state(PipelineStatus& pipeline) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::map<std::string, std::vector<Reason>> reports_;
  std::vector<PipelineStatus> pipelines_;
  std::set<std::string> paused_;
  SettingsStatus settings_;
  std::map<std::string, MemberStatus> members_;
  std::vector<Sample> samples_;  // one a second over the last 10 s, for rates
};

}  // namespace streamworker
