#include "runtime/timer_table.h"

#include <array>
#include <utility>

#include "base/format.h"

namespace streamworker {
namespace {

using sink::Dialect;
using sink::SqlParameters;
using sink::SqlValue;

constexpr const char* kCreateMysql =
    "CREATE TABLE IF NOT EXISTS streamworker_timers ("
    "app VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "name VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, "
    "scheduled_at DATETIME(6) NOT NULL, finished_at DATETIME(6) NULL, result TEXT NOT NULL, "
    "owner VARCHAR(191) NOT NULL, seconds DOUBLE NULL, last_run DATETIME(6) NULL, "
    "parameters MEDIUMTEXT NULL, failures INT NOT NULL DEFAULT 0, retry_at DATETIME(6) NULL, "
    "PRIMARY KEY (app, name)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
constexpr const char* kCreateSqlite =
    "CREATE TABLE IF NOT EXISTS streamworker_timers (app TEXT NOT NULL, name TEXT NOT NULL, "
    "scheduled_at TEXT NOT NULL, finished_at TEXT, result TEXT NOT NULL, owner TEXT NOT NULL, "
    "seconds REAL, last_run TEXT, parameters TEXT, failures INTEGER NOT NULL DEFAULT 0, "
    "retry_at TEXT, PRIMARY KEY (app, name)) WITHOUT ROWID";
constexpr const char* kWhere = " WHERE app = :app AND name = :name";

std::string text_of(const SqlValue& value) {
  const auto* const text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

std::string in_words(const SqlValue& value) {
  const std::string text = text_of(value);
  return text.empty() ? "" : ": \"" + text + "\"";
}

// The columns of times, as they are read.
constexpr std::array<std::pair<size_t, const char*>, 4> kMoments = {
    {{0, "scheduled_at"}, {1, "finished_at"}, {5, "last_run"}, {8, "retry_at"}}};

Result<TimerRow> row_of(const std::vector<SqlValue>& cells) {
  for (const auto& [at, column] : kMoments) {
    const bool absent = at > 0 && cells.at(at) == SqlValue();
    if (!absent && !sink::moment_of(cells.at(at)))
      return stop(fmt::format("the column {} of streamworker_timers holds no time{}", column,
                              in_words(cells.at(at))));
  }
  TimerRow row;
  row.scheduled_at = *sink::moment_of(cells.at(0));
  row.finished_at = sink::moment_of(cells.at(1));
  row.result = text_of(cells.at(2));
  row.owner = text_of(cells.at(3));
  if (const auto* const took = std::get_if<double>(&cells.at(4))) row.seconds = *took;
  row.last_run = sink::moment_of(cells.at(5));
  row.parameters = text_of(cells.at(6));
  if (const auto* const failures = std::get_if<int64_t>(&cells.at(7))) row.failures = *failures;
  row.retry_at = sink::moment_of(cells.at(8));
  return row;
}

}  // namespace

SqlParameters TimerTable::with(SqlParameters more) const {
  more["app"] = app_;
  more["name"] = timer_;
  return more;
}

// Without the right to create tables one that is there will do.
Result<bool> TimerTable::exists() {
  const bool sqlite = session_.dialect() == Dialect::Sqlite;
  auto found = session_.run(
      sqlite ? "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'streamworker_timers'"
             : "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
               "TABLE_NAME = 'streamworker_timers'");
  if (!found) return found.error();
  return found->rows.at(0).at(0) != SqlValue(int64_t{0});
}

Result<void> TimerTable::prepare(WallTime start) {
  auto there = exists();
  if (!there) return there.error();
  if (!*there) {
    const bool sqlite = session_.dialect() == Dialect::Sqlite;
    if (auto made = session_.run(sqlite ? kCreateSqlite : kCreateMysql); !made)
      return context(made.error(), "creating streamworker_timers");
  }
  // Looked for first: on SQLite writing would wait for a run that is under way.
  if (auto known = find(); !known || *known) return known ? Result<void>() : known.error();
  auto row = session_.run(
      "INSERT INTO streamworker_timers (app, name, scheduled_at, finished_at, result, owner) "
      "SELECT :app, :name, :start, :start, '', :owner WHERE NOT EXISTS (SELECT 1 FROM "
      "streamworker_timers" +
          std::string(kWhere) + ")",
      with({{"start", moment(start)}, {"owner", owner_}}));
  if (row) return {};
  // Two workers at once: the row is there, or the next look makes it.
  auto found = read();
  if (found) return {};
  return context(row.error(), "the first row of the timer in streamworker_timers");
}

Result<TimerRow> TimerTable::read() {
  auto row = find();
  if (!row) return row.error();
  if (!*row) return retry("the timer's row in streamworker_timers is gone; it is made again");
  return **row;
}

Result<std::optional<TimerRow>> TimerTable::find() {
  auto found = session_.run(
      "SELECT scheduled_at, finished_at, result, owner, seconds, last_run, parameters, failures, "
      "retry_at FROM streamworker_timers" +
          std::string(kWhere),
      with({}));
  if (!found) return context(found.error(), "reading streamworker_timers");
  if (found->rows.empty()) return std::optional<TimerRow>();
  auto row = row_of(found->rows.front());
  if (!row) return row.error();
  return std::optional(std::move(*row));
}

Result<bool> TimerTable::look() {
  auto there = exists();
  if (!there) return there;
  std::vector<std::string> tries = {
      "SELECT result FROM streamworker_timers WHERE 1 = 0",
      "UPDATE streamworker_timers SET result = result WHERE 1 = 0",
      "INSERT INTO streamworker_timers SELECT * FROM streamworker_timers WHERE 1 = 0"};
  // MariaDB looks at the rights of what is prepared.
  if (!*there) tries = {"PREPARE streamworker_look FROM '" + std::string(kCreateMysql) + "'"};
  if (!*there && session_.dialect() == Dialect::Sqlite) return false;
  for (const std::string& each : tries)
    if (auto done = session_.run(each); !done) return done.error();
  return *there;
}

Result<bool> TimerTable::claim(WallTime previous, WallTime due) {
  auto moved = session_.run(
      "UPDATE streamworker_timers SET scheduled_at = :due, finished_at = NULL, result = '', owner "
      "= :owner, seconds = NULL, parameters = NULL, failures = 0, retry_at = NULL" +
          std::string(kWhere) + " AND scheduled_at = :previous AND finished_at IS NOT NULL",
      with({{"previous", moment(previous)}, {"due", moment(due)}, {"owner", owner_}}));
  if (!moved) return context(moved.error(), "claiming the run");
  return moved->affected == 1;
}

Result<void> TimerTable::change(const std::string& assignments, WallTime scheduled_at,
                                SqlParameters more) {
  more["scheduled_at"] = moment(scheduled_at);
  auto changed = session_.run(
      fmt::format("UPDATE streamworker_timers SET {}{} AND scheduled_at = :scheduled_at AND "
                  "finished_at IS NULL",
                  assignments, kWhere),
      with(std::move(more)));
  if (!changed) return context(changed.error(), "writing to streamworker_timers");
  if (changed->affected != 1) return retry("another worker did this run");
  return {};
}

Result<void> TimerTable::take_over(WallTime scheduled_at) {
  return change("owner = :owner", scheduled_at, {{"owner", owner_}});
}

Result<void> TimerTable::keep_parameters(WallTime scheduled_at, const std::string& json) {
  return change("parameters = :parameters", scheduled_at, {{"parameters", json}});
}

Result<void> TimerTable::finish(WallTime scheduled_at, WallTime now, double seconds) {
  return change(
      "finished_at = :now, result = 'ok', seconds = :seconds, last_run = :scheduled_at, failures = "
      "0, retry_at = NULL",
      scheduled_at, {{"now", moment(now)}, {"seconds", seconds}});
}

Result<void> TimerTable::fail(WallTime scheduled_at, const std::string& message,
                              WallTime retry_at) {
  return change("result = :result, failures = failures + 1, retry_at = :retry_at", scheduled_at,
                {{"result", "error: " + message}, {"retry_at", moment(retry_at)}});
}

}  // namespace streamworker
