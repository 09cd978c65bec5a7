// The program's log: one line per event, for people (text) or machines (json, the same fields).
//
//   log::info("runtime", "assigned {} in {}", tasks, took);
//
// The first argument is the module, which is the folder's name; levels can be set per module.
// They go to stderr: text with local time, json with UTC as RFC 3339 (log_form.h shows both).
// Any thread may write. A line repeated within 10 s is counted, not written; the count follows as
// "<line> … 214 more in 10 s" with the first line after that, or at the end of the program.
// Values handed to `hide` never appear in a line: each is replaced by ***.
// The logger is the one agreed piece of global state (log.cc).
#pragma once

#include <map>

#include "base/format.h"

namespace streamworker::log {

enum class Level { Debug, Info, Warn, Error, Off };
enum class Form { Text, Json };
// debug, info, warn, error, as the pipeline file has them; any other word is info.
Level level_named(std::string_view name);

struct Settings {
  Level level = Level::Info;
  Form form = Form::Text;
  std::map<std::string, Level> modules;  // level per module, over `level`
};

void configure(const Settings& settings);
bool enabled(Level level, std::string_view module);
// `Keep` is for lines that are the user's output (the sink `log`): each is written.
enum class Repeats { Fold, Keep };
void write(Level level, std::string_view module, std::string_view text,
           Repeats repeats = Repeats::Fold);
// From now on this text (a password) is never written. Texts under 4 bytes are not hidden.
void hide(std::string_view secret);
// `text` with every hidden value replaced: for messages that leave by another door (HTTP, stderr).
std::string redact(std::string_view text);

template <class... A>
void debug(std::string_view module, fmt::format_string<A...> form, A&&... a) {
  if (enabled(Level::Debug, module))
    write(Level::Debug, module, fmt::format(form, std::forward<A>(a)...));
}
template <class... A>
void info(std::string_view module, fmt::format_string<A...> form, A&&... a) {
  if (enabled(Level::Info, module))
    write(Level::Info, module, fmt::format(form, std::forward<A>(a)...));
}
template <class... A>
void warn(std::string_view module, fmt::format_string<A...> form, A&&... a) {
  if (enabled(Level::Warn, module))
    write(Level::Warn, module, fmt::format(form, std::forward<A>(a)...));
}
template <class... A>
void error(std::string_view module, fmt::format_string<A...> form, A&&... a) {
  if (enabled(Level::Error, module))
    write(Level::Error, module, fmt::format(form, std::forward<A>(a)...));
}

}  // namespace streamworker::log
