// A worker's member in process: the embedded log, SQLite, a clock that stands still, and one stream
// thread whose turns are taken by hand.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/assembly.h"
#include "app/letter_replay.h"
#include "app/topics.h"
#include "config/parse.h"
#include "log/embedded/embedded.h"
#include "runtime/stream_thread.h"

namespace streamworker {

// {"id":"7","n":7}
std::string record(int n);

class Harness {
 public:
  // `yaml` without app, kafka, state and databases: those are added. The databases are called `db`
  // (the file out.db) and `beside` (beside.db).
  explicit Harness(const std::string& yaml);
  ~Harness();

  // The member starts again on the same state, maybe with another file. `crash`: what is not
  // committed is lost, as with kill -9.
  void restart(const std::string& yaml = "", bool crash = false);
  // A second member of the same group joins (for `of`), or a stranger takes positions over.
  void produce(const std::string& topic, int32_t partition, const std::string& key,
               const std::string& value, int64_t milliseconds = 1000,
               const Headers* headers = nullptr);
  // As `streamworker reset`, with the file as it is; the member is stopped, and starts with
  // `restart`. Empty: done.
  std::string reset_table(const std::string& table, bool force = false);
  // Stops the member, for a test that changes something below it.
  void stop() { stop(false); }
  // Turns until nothing is left to do at this moment of the clock, and the sinks have answered.
  void settle();
  // One turn at a time, for tests of what happens in between. An error fails the test.
  bool step();
  // Turns until the member fails for good; why.
  std::string failure();
  void advance(Duration by);
  // Time enough that what was produced is written and committed.
  void pass();

  // The rows of a query, columns separated by |.
  std::vector<std::string> rows(const std::string& sql, const std::string& database = "out.db");
  // What a topic holds, "key=value" per record, in the order of partitions and offsets.
  std::vector<std::string> topic(const std::string& name);
  // What is left of the dead letters: "data[0]@3 select of store: why", a sink behind a slash.
  std::vector<std::string> letters();
  // Replays all that is left, with the file as it is; returns how many were replayed.
  int64_t replay_letters(const std::function<bool(int64_t)>& progress = [](int64_t) {
    return true;
  });
  std::optional<Offset> committed(const std::string& topic, int32_t partition);
  // Where the partition stands durably; none: nobody said.
  std::optional<Offset> durable(const std::string& topic, int32_t partition) const;
  double counter(const std::string& name, const Labels& labels);
  // Why it is not ready, as /health/ready has it: "pipeline stopped: <error>".
  std::vector<std::string> reasons() const;
  // As /assignment has it, of the first task of a topic's partition.
  std::string state(const std::string& topic, int32_t partition) const;
  const StatusBoard& board() const { return board_; }

  ManualClock clock{WallTime(std::chrono::hours(24 * 365 * 50))};
  Taps taps{clock};
  std::string folder;
  std::atomic<bool> hold{false};  // the member takes nothing
  std::unique_ptr<Log> log;
  std::unique_ptr<StreamThread> stream;
  std::function<void()> before_replay;   // when a replay has read what there is
  std::set<std::string> told_again;      // ResetPlan::told, of the last reset
  std::set<std::string> replays_apart;   // LetterReplay::apart, of the last replay
  std::shared_ptr<SharedSettings> live;  // of the member; its file's settings after each start

 private:
  void start();
  void stop(bool crash);

  std::string yaml_;
  config::File file_;
  Plan plan_;
  Topics topics_;
  Metrics metrics_;
  StatusBoard board_{clock};
  DurablePositions durable_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace streamworker
