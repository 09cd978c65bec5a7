// How a line of the log looks, in its two forms.
//
//   text  2026-11-21 07:12:03.118 info  app       message        local time
//   json  {"time":"2026-11-21T07:12:03.118Z","level":"info","module":"app","message":"…"}   UTC
//
// One event is one line whatever its text: control characters are shown as \n, \x1b and so on, and
// bytes that are not UTF-8 become U+FFFD in json and \xff in text.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/log.h"

namespace streamworker::log {

std::string_view level_name(Level level);
// `text` without control characters and invalid bytes, as a line for people.
std::string printable(std::string_view text);
// One json line, with its newline.
std::string json_line(WallTime at, Level level, std::string_view module, std::string_view text);

}  // namespace streamworker::log
