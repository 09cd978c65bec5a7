#include "http/window_params.h"

#include <algorithm>
#include <array>

#include "config/scalars.h"
#include "record/timestamp.h"

namespace streamworker::http {

namespace {

using Which = query::WindowsAsked::Which;

int64_t millis(Duration time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).count();
}

bool by_name(const std::string& name, WallTime now, query::WindowsAsked& asked) {
  if (name == "now")
    asked = {Which::At, millis(now.time_since_epoch())};
  else if (name == "current")
    asked.which = Which::Current;
  else if (name == "latest")
    asked.which = Which::Latest;
  else
    return name == "all";
  return true;
}

bool by_time(const std::string& text, query::WindowsAsked& asked) {
  const TimestampFormat iso;
  auto micros = iso.parse(text);
  if (!micros) micros = iso.parse_number(text);
  if (!micros) return false;
  asked = {Which::At, millis(Duration(*micros))};
  return true;
}

bool by_delta(const std::string& text, query::WindowsAsked& asked) {
  Duration back{};
  if (!config::Span{Duration(0)}.from_text(text, back)) return false;
  asked = {Which::Current, millis(back)};
  return true;
}

}  // namespace

bool read_windows(const Target& target, WallTime now, query::WindowsAsked& asked,
                  std::string& fault) {
  const std::array names{"window", "at", "delta"};
  const auto count =
      std::count_if(names.begin(), names.end(), [&](const char* name) { return target.has(name); });
  if (count > 1) {
    fault = "one of `window`, `at` and `delta`";
  } else if (target.has("window") && !by_name(target.params.at("window"), now, asked)) {
    fault = "window is now, current, latest or all";
  } else if (target.has("at") && !by_time(target.params.at("at"), asked)) {
    fault = "at is a time, like 2026-11-21T07:12:41Z, or milliseconds since the epoch";
  } else if (target.has("delta") && !by_delta(target.params.at("delta"), asked)) {
    fault = "delta is a length of time, like 30s";
  }
  return fault.empty();
}

}  // namespace streamworker::http
