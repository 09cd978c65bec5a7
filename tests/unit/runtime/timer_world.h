// Timers by hand: a clock that stands still, an SQLite file, and a table `log` that they write to.
#pragma once

#include <memory>
#include <string>

#include "runtime/timers.h"
#include "unit/catch.h"
#include "unit/sink/folder.h"

namespace streamworker {

WallTime at(const std::string& text);

config::Parameter parameter(const std::string& name, config::Parameter::Kind kind,
                            const std::string& text = "", Duration shift = {});

// A timer that writes its moments into the table `log`.
config::Timer hourly();

class World {
 public:
  World() { sql("CREATE TABLE log (run TEXT, clock TEXT, last TEXT)"); }

  std::string path() const { return folder_.file("timers.db"); }
  std::unique_ptr<sink::Session> session() const;
  std::unique_ptr<TimerRunner> runner(const config::Timer& timer, const std::string& who = "me");
  // Rows as "a,b;c,NULL;".
  std::string sql(const std::string& statement) const;
  // The hours of the runs.
  std::string log() const { return sql("SELECT substr(run, 12, 8) FROM log ORDER BY rowid"); }
  // Until the runner waits for a later moment than now.
  WallTime settle(TimerRunner& runner) const;
  void go(TimerRunner& runner, Duration by) {
    clock.advance(by);
    settle(runner);
  }
  double runs(const std::string& result) {
    return metrics.counter("timer_runs_total", "", {{"timer", "t"}, {"result", result}}).value();
  }

  ManualClock clock{at("2026-11-25 13:20:00")};
  Metrics metrics;

 private:
  sink::Folder folder_;
};

}  // namespace streamworker
