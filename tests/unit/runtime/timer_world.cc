#include "unit/runtime/timer_world.h"

namespace streamworker {

WallTime at(const std::string& text) {
  const auto moment = sink::moment_of(text);
  REQUIRE(moment);
  return *moment;
}

config::Parameter parameter(const std::string& name, config::Parameter::Kind kind,
                            const std::string& text, Duration shift) {
  return {name, kind, text, shift};
}

config::Timer hourly() {
  config::Timer timer;
  timer.name = "t";
  timer.every = std::chrono::hours(1);
  timer.database.value = "db";
  timer.sql = {{"INSERT INTO log (run, clock, last) VALUES (:run, :clock, :last)", {}, "sql"}};
  timer.params = {parameter("run", config::Parameter::Kind::ScheduledAt),
                  parameter("clock", config::Parameter::Kind::Now),
                  parameter("last", config::Parameter::Kind::LastRun)};
  return timer;
}

std::unique_ptr<sink::Session> World::session() const {
  config::Database spec;
  spec.scheme = "sqlite";
  spec.database = path();
  return sink::open_session(spec);
}

std::unique_ptr<TimerRunner> World::runner(const config::Timer& timer, const std::string& who) {
  return std::make_unique<TimerRunner>(timer, TimerPlace{"app", who}, session(), clock, metrics);
}

std::string World::sql(const std::string& statement) const {
  const auto result = session()->run(statement);
  if (!result) FAIL(result.error().message);
  std::string out;
  for (const auto& row : result->rows) {
    for (const auto& cell : row) {
      if (const auto* const text = std::get_if<std::string>(&cell))
        out += *text + ',';
      else if (const auto* const number = std::get_if<int64_t>(&cell))
        out += std::to_string(*number) + ',';
      else
        out += "NULL,";
    }
    out.back() = ';';
  }
  return out;
}

WallTime World::settle(TimerRunner& runner) const {
  for (int i = 0; i < 100; ++i)
    if (const WallTime next = runner.step(); next > clock.wall()) return next;
  FAIL("the timer never waits");
  return {};
}

}  // namespace streamworker
