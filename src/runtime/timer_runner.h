// One timer: looks when it is due, claims its run in the group, runs its SQL, tries again what
// failed (DESIGN 6.1).
//
// A run has one order: the server's lock; the row is read and claimed (`scheduled_at`); the
// parameters are evaluated and written down; then, in one transaction, the timer's statements and
// `finished_at`; the lock is given back. Statements without transactions of their own are so done
// exactly once; a procedure that commits by itself must bear being run again with the same
// parameters. On SQLite the lock is a transaction, so the claim and the parameters are committed
// and the lock taken again in between.
//
// A run that failed is tried again with the same scheduled_at, `now` and results of queries, but
// with the constants as they are then: after 250 ms doubling to a minute, or each minute where a
// person must act. Later runs wait for it. A run whose worker died is done again with the same
// parameters.
//
// A timer on every worker has no row and no lock: what is interrupted or dies is not done again.
//
// Belongs to one thread, but for what is said to be anybody's.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "runtime/schedule.h"
#include "runtime/timer_parameters.h"
#include "runtime/timer_status.h"
#include "runtime/timer_table.h"

namespace streamworker {

struct TimerPlace {
  std::string app;
  std::string owner;  // this worker, for people
};

class TimerRunner {
 public:
  // `clock` and `metrics` must outlive this.
  TimerRunner(config::Timer timer, const TimerPlace& place, std::unique_ptr<sink::Session> session,
              const Clock& clock, Metrics& metrics);

  // Does what is due, one run at most, and returns when to look again.
  WallTime step();

  // Any thread. From the next step on the timer is this one; what its schedule named before that
  // moment is not run. Before the first step it simply replaces the file's.
  void update(config::Timer timer);
  // Any thread: the next step runs it, whatever the schedule says.
  void run_now() { asked_ = true; }
  // Any thread: the statement that is running fails, and nothing is told or written down of it.
  void interrupt();
  TimerStatus status() const;

 private:
  // A run of a timer on every worker: nobody else needs to know of it.
  struct Own {
    WallTime scheduled_at = {};
    bool done = true;
    std::optional<WallTime> last_run = {};
    sink::SqlParameters parameters = {};  // of the tries before
    int64_t failures = 0;
    std::optional<WallTime> retry_at = {};
  };

  // Of a run that failed, or did not: the database could not be asked.
  struct Doubt {
    WallTime scheduled_at = {};
    Error error;
  };

  static Duration back_off(int64_t failures, Remedy remedy);
  void adopt();
  WallTime step_scheduled(WallTime now);
  WallTime due_after(WallTime previous, WallTime now) const;
  Duration patience() const;
  std::optional<WallTime> not_yet(const TimerRow& row, WallTime now) const;
  Result<WallTime> step_leader(WallTime now);
  Result<WallTime> run_locked(WallTime now);
  Result<bool> claim(TimerRow& row, WallTime now);
  Result<bool> keep(WallTime scheduled_at);
  Result<sink::SqlParameters> parameters_of(const TimerRow& row);
  Result<WallTime> run_failed(const TimerRow& row, const Error& error);
  void settle(const TimerRow& row, WallTime now);
  Result<WallTime> step_own(WallTime now);
  Result<WallTime> run_asked(WallTime now);
  Result<void> run_asked_locked(WallTime now);
  Result<void> transact(const sink::SqlParameters& parameters, const WallTime* finishes);
  Result<void> give_back();
  WallTime trouble(const Error& error, WallTime now);
  void tell_done(WallTime scheduled_at);
  void tell_failed(WallTime scheduled_at, const Error& error, WallTime retry_at);
  void show(const TimerRow& row);
  void show_own(WallTime scheduled_at, const std::string& error);
  template <class Change>
  void change_status(Change change) {
    const std::lock_guard lock(mutex_);
    change(status_);
  }

  config::Timer timer_;
  Schedule schedule_;
  const TimerPlace place_;
  const std::string lock_;
  std::unique_ptr<sink::Session> session_;
  const Clock& clock_;
  Counter runs_ok_;
  Counter runs_failed_;
  Gauge last_success_;
  Histogram seconds_;
  TimerTable table_;
  bool prepared_ = false;
  bool stepped_ = false;
  WallTime started_;               // of the first step
  std::optional<WallTime> floor_;  // the schedule as it is now has nothing to say before this
  Own own_;
  std::optional<Doubt> doubt_;
  int64_t troubles_ = 0;  // in a row, when the database could not even be asked
  WallTime not_before_;
  double took_ = 0;   // seconds, of the last run
  std::string told_;  // the error that the log has already
  std::atomic<bool> asked_{false};
  std::atomic<bool> interrupted_{false};

  mutable std::mutex mutex_;  // for what is below
  std::optional<config::Timer> incoming_;
  TimerStatus status_;
};

}  // namespace streamworker
