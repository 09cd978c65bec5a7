#include <chrono>

#include "base/format.h"
#include "record/civil.h"
#include "sql/call.h"
#include "sql/functions.h"

namespace streamworker::sql {
namespace {

constexpr size_t kFormatsKept = 256;  // then all are forgotten

const TimestampFormat& format_of(Memory& memory, std::string_view pattern, std::string_view zone) {
  std::string key(pattern);
  key.append(1, '\0').append(zone);
  const auto found = memory.formats.find(key);
  if (found != memory.formats.end()) return found->second;
  try {
    TimestampFormat made(pattern, zone);
    if (memory.formats.size() >= kFormatsKept) memory.formats.clear();
    return memory.formats.emplace(std::move(key), std::move(made)).first->second;
  } catch (const std::invalid_argument& error) {
    throw BadConstant(std::string("parse_timestamp: ") + error.what());
  }
}

void give_time(const Call& call, int64_t micros) {
  std::string text;
  append_sqlite_time(micros, text);
  call.give_text(text);
}

void parse_timestamp(const Call& call) {
  if (call.null(1) || (call.count() > 2 && call.null(2))) return;
  const std::string_view zone = call.count() > 2 ? call.text(2) : "";
  const TimestampFormat& format = format_of(call.memory(), call.text(1), zone);
  if (call.null(0)) return;
  const auto micros =
      call.type(0) == SQLITE_TEXT ? format.parse(call.text(0)) : format.parse_number(call.text(0));
  if (micros) give_time(call, *micros);
}

// A timestamp as an expression has it: iso text, or a number of milliseconds.
std::optional<int64_t> micros_of(const Call& call, int i) {
  const TimestampFormat& iso = format_of(call.memory(), "", "");
  return call.type(i) == SQLITE_TEXT ? iso.parse(call.text(i)) : iso.parse_number(call.text(i));
}

void epoch_ms(const Call& call) {
  if (call.null(0)) return;
  const auto micros = micros_of(call, 0);
  if (!micros) return;
  const auto millis =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::microseconds(*micros));
  call.give(static_cast<int64_t>(millis.count()));
}

enum class Unit { Second, Minute, Hour, Day, Week, Month, Quarter, Year };

Unit unit_of(std::string_view name) {
  constexpr std::string_view names[] = {"second", "minute", "hour",    "day",
                                        "week",   "month",  "quarter", "year"};
  for (size_t i = 0; i < std::size(names); ++i) {
    if (names[i] == name) return static_cast<Unit>(i);
  }
  throw BadConstant(fmt::format(
      "date_trunc: no unit \"{}\" (second, minute, hour, day, week, month, quarter, year)", name));
}

Civil truncated(Civil civil, Unit unit) {
  civil.micros = 0;
  if (unit >= Unit::Minute) civil.second = 0;
  if (unit >= Unit::Hour) civil.minute = 0;
  if (unit >= Unit::Day) civil.hour = 0;
  if (unit >= Unit::Month) civil.day = 1;
  if (unit == Unit::Quarter) civil.month -= (civil.month - 1) % 3;
  if (unit == Unit::Year) civil.month = 1;
  return civil;
}

void date_trunc(const Call& call) {
  if (call.null(0)) return;
  const Unit unit = unit_of(call.text(0));
  const auto micros = call.null(1) ? std::nullopt : micros_of(call, 1);
  if (!micros) return;
  auto start = local_micros(truncated(civil_of(*micros), unit));
  if (start && unit == Unit::Week) {
    const std::chrono::microseconds since_epoch(*start);
    const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::microseconds>(since_epoch)));
    *start -= (day - std::chrono::Monday).count() * kSecondsPerDay * kMicrosPerSecond;
  }
  if (start && *start >= kFirstMoment) give_time(call, *start);
}

}  // namespace

void add_time_functions(sqlite3* db, Memory& memory) {
  add_function<parse_timestamp>(db, memory, {"parse_timestamp", 2});
  add_function<parse_timestamp>(db, memory, {"parse_timestamp", 3});
  add_function<date_trunc>(db, memory, {"date_trunc", 2});
  add_function<epoch_ms>(db, memory, {"epoch_ms", 1});
}

}  // namespace streamworker::sql
