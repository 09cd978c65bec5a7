// One line that says how far long work is: it rewrites itself on a terminal; elsewhere a plain line
// comes each 10 s, and one at the end.
//
//   data  ━━━━━━━━━━━━━━━╸        61 %  610 000 of 1 000 000  412 k/s  0:01 left
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace streamworker::cli {

class Progress {
 public:
  Progress(std::string name, std::optional<int64_t> total, const Clock& clock);
  // May be called as often as one likes.
  void show(int64_t done);
  // The last line.
  void finish(int64_t done);

 private:
  std::string line(int64_t done) const;

  std::string name_;
  std::optional<int64_t> total_;
  const Clock& clock_;
  Duration started_;
  Duration shown_;
  bool terminal_;
};

}  // namespace streamworker::cli
