// One thread and one connection for one database of one stream thread (DESIGN 4.2): polling never
// waits for SQL.
//
// Parts are named by a number that is never used again, so that a reply for one that is gone is
// ignored. Each part has a queue of its own, worked in order; one that failed for a while steps
// aside (retried for ever, 100 ms doubling to 5 s, with jitter) and the others go on. One that
// fails for a reason that only a person can mend is answered with Stopped and forgotten; the others
// go on, too. All but `run` is called by the stream thread; `wake` is called by the sink thread
// when replies are there.
//
// A table is checked before its first use, after the connection was lost, and after an error that
// says that it does not fit.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "sink/database.h"

namespace streamworker {

struct SinkReply {
  enum class What {
    Claimed,  // `claim` says where the part stands
    Unknown,  // there is no position, and none was asked to be made
    Written,  // everything below `end` is durable
    Fenced,   // somebody else took the position over; later writes of the part were dropped
    Stopped,  // `error`, about `trouble`: a person must act, the part's other writes were dropped
    Failed,   // `error`: the worker must end
  };
  uint64_t part = 0;
  What what = What::Written;
  Claim claim;
  Offset end = 0;
  std::unique_ptr<Batch> batch;  // given back for reuse; may be null
  Error error;
  Trouble trouble = Trouble::Unknown;
  WallTime at;  // of a Stopped
};

class SinkThread {
 public:
  struct Meters {
    Meters(Metrics& metrics, const std::string& database);
    Histogram seconds;
    std::map<Trouble, Counter> retries;  // attempts that failed, by class
  };
  SinkThread(std::string name, std::unique_ptr<Database> database, const Clock& clock,
             Meters meters, std::function<void()> wake);
  ~SinkThread();

  // A number for `claim` and the rest; never 0. Another sink thread has the same numbers.
  uint64_t new_part() { return ++last_number_; }
  // `refusals` takes the rows of the part that the database refuses, on the sink thread.
  void claim(uint64_t part, const PartId& id, const Table& table, std::optional<Offset> start,
             std::shared_ptr<RowRefusals> refusals);
  // `batch` may be null: the position alone.
  void write(uint64_t part, std::unique_ptr<Batch> batch, Offset end);
  // Forgets what the part has queued; a write under way completes.
  void drop(uint64_t part);
  std::vector<SinkReply> replies();

  // Away: there is no connection. Busy: a batch failed at least twice on a connection that works.
  // Refusals: refused rows cannot be kept.
  struct Waits {
    Trouble trouble = Trouble::Away;
    WallTime since;
    std::string error;
    std::string in_words(const std::string& database) const;  // "database shop away: 2002: …"
  };
  // Why batches wait; none: they do not.
  std::optional<Waits> waits() const;
  const std::string& name() const { return name_; }

 private:
  struct Job {
    enum class Kind { Claim, Write } kind = Kind::Write;
    std::optional<Offset> start;
    std::unique_ptr<Batch> batch;
    Offset end = 0;
  };
  struct Queue {
    PartId id;
    Table table;
    std::shared_ptr<RowRefusals> refusals;
    Claim claim;
    std::deque<Job> jobs;
    Duration retry_at{};
    int failures = 0;  // of the first job, in a row
    Trouble trouble = Trouble::Unknown;
    bool dropped = false;
    bool dead = false;  // its last reply was an end: what still comes is thrown away
  };

  void run();
  // Works one job that is due. Returns how long to sleep; none: there was work.
  std::optional<Duration> work();
  std::optional<uint64_t> next_due(Duration now, std::optional<Duration>& sleep);
  SinkReply attempt(Queue& queue, Job& job, Result<void>& outcome);
  Result<void> prepare(const Queue& queue);
  Result<void> attempt_claim(Queue& queue, const Job& job, SinkReply& reply);
  Result<void> attempt_write(Queue& queue, const Job& job, SinkReply& reply);
  void failed(Queue& queue, const Error& error);
  void answered(Queue& queue);
  void calm_down();

  std::string name_;
  std::unique_ptr<Database> database_;
  const Clock& clock_;
  Meters meters_;
  std::function<void()> wake_;
  uint64_t last_number_ = 0;        // the stream thread's
  std::set<std::string> prepared_;  // tables that were checked
  uint64_t last_ = 0;               // part worked last, for turns

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, std::unique_ptr<Queue>> queues_;
  std::vector<SinkReply> replies_;
  std::optional<Waits> away_;
  std::optional<Waits> busy_;  // of the part that failed for longest
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace streamworker
