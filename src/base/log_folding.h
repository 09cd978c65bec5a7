// Which lines of the log are repeats: a line that was written less than 10 s ago is counted instead
// of written, and the count follows when the 10 s are over. Used by log.cc alone, under its lock.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "base/log.h"

namespace streamworker::log {

class Folding {
 public:
  struct Folded {
    Level level;
    std::string module;
    std::string text;  // "mtdataengineer away … 214 more in 10 s"
  };

  // True: write this line. False: it was counted. Beyond 256 lines at once, or 4 KiB in one,
  // nothing is remembered and every line is written.
  bool take(Duration now, Level level, std::string_view module, std::string_view text);
  // The summaries of what was folded and is older than 10 s at `now`, in no particular order.
  std::vector<Folded> expired(Duration now);
  // The summaries of everything folded so far, for the end of the program.
  std::vector<Folded> rest(Duration now);

 private:
  using Key = std::tuple<Level, std::string, std::string>;
  struct Seen {
    Duration since{};
    int64_t repeats = 0;
  };
  std::map<Key, Seen> seen_;
  Duration next_{};  // nothing expires before
};

}  // namespace streamworker::log
