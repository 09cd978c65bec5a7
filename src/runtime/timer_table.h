// A timer's row in streamworker_timers (DESIGN 6.1): how far it is, for all workers of the group.
//
// `scheduled_at` is the last run that was claimed; it is done when `finished_at` is set. A run that
// is not done and whose lock is free is run again, with the parameters that stand there. Errors are
// the session's; Stop also: a column holds what no worker wrote.
#pragma once

#include <optional>
#include <string>

#include "sink/session.h"

namespace streamworker {

struct TimerRow {
  WallTime scheduled_at = {};
  std::optional<WallTime> finished_at = {};  // none: it runs, failed, or its worker died
  std::string result = {};                   // "ok", "error: …"; empty: not run yet
  std::string owner = {};                    // who claimed it or took it over
  std::optional<double> seconds = {};        // that it took
  std::optional<WallTime> last_run = {};     // `scheduled_at` of the last that succeeded
  std::string parameters = {};               // of the run, as JSON; empty: not evaluated yet
  int64_t failures = 0;                      // of this run
  std::optional<WallTime> retry_at = {};     // after a failure, not before this
};

// One thread.
class TimerTable {
 public:
  // `session` must outlive this.
  TimerTable(sink::Session& session, std::string app, std::string timer, std::string owner)
      : session_(session),
        app_(std::move(app)),
        timer_(std::move(timer)),
        owner_(std::move(owner)) {}

  // Creates the table and the row if need be: a timer that is seen for the first time has done all
  // until `start`.
  Result<void> prepare(WallTime start);
  Result<TimerRow> read();
  // The same; none: there is no row yet.
  Result<std::optional<TimerRow>> find();
  // Changes nothing. True: the table is there and may be used; false: `prepare` may create it.
  Result<bool> look();
  // The run of `due` is this worker's. False: the row has moved on since `previous`.
  Result<bool> claim(WallTime previous, WallTime due);
  // These change the run of `scheduled_at` while it is not done. Retry: it is.
  Result<void> take_over(WallTime scheduled_at);
  Result<void> keep_parameters(WallTime scheduled_at, const std::string& json);
  Result<void> finish(WallTime scheduled_at, WallTime now, double seconds);
  Result<void> fail(WallTime scheduled_at, const std::string& message, WallTime retry_at);

 private:
  std::string moment(WallTime at) const { return sink::moment_text(session_.dialect(), at); }
  Result<bool> exists();
  // The parameters that name the row, and more.
  sink::SqlParameters with(sink::SqlParameters more) const;
  Result<void> change(const std::string& assignments, WallTime scheduled_at,
                      sink::SqlParameters more);

  sink::Session& session_;
  const std::string app_;
  const std::string timer_;
  const std::string owner_;
};

}  // namespace streamworker
