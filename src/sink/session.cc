#include "sink/session.h"

#include "record/civil.h"
#include "record/timestamp.h"
#include "sink/literal.h"
#include "sink/mysql_session.h"
#include "sink/sqlite_session.h"

namespace streamworker::sink {

Result<SqlResult> Session::run(std::string_view statement, const SqlParameters& parameters) {
  auto each = run_each(statement, &parameters);
  if (!each) return each.error();
  SqlResult last;
  for (SqlResult& one : *each) {
    last.affected = one.affected;
    if (one.columns.empty()) continue;
    last.columns = std::move(one.columns);
    last.rows = std::move(one.rows);
  }
  return last;
}

std::string moment_text(Dialect dialect, WallTime at) {
  const int64_t micros = at.time_since_epoch().count();
  const bool whole = micros % kMicrosPerSecond == 0;
  const bool whole_millis = micros % 1000 == 0;
  std::string text;
  append_moment(micros, text);
  if (dialect == Dialect::Sqlite && whole_millis) text.resize(text.size() - 3);
  if (dialect == Dialect::Mysql && whole) text.resize(text.size() - 7);
  return text;
}

std::optional<WallTime> moment_of(const SqlValue& value) {
  const auto* const text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  const auto micros = TimestampFormat().parse(*text);
  if (!micros) return {};
  return WallTime(Duration(*micros));
}

Dialect dialect_of(const config::Database& spec) {
  return spec.scheme == "sqlite" ? Dialect::Sqlite : Dialect::Mysql;
}

std::unique_ptr<Session> open_session(const config::Database& spec) {
  if (dialect_of(spec) == Dialect::Sqlite) return std::make_unique<SqliteSession>(spec.database);
  return std::make_unique<MysqlSession>(spec);
}

}  // namespace streamworker::sink
