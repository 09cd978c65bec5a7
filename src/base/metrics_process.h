// What the kernel says of this process, read from /proc at each call. Any thread may ask.
#pragma once

#include <string>
#include <vector>

namespace streamworker {

struct ProcessFigure {
  std::string name;  // "process_open_fds", without our prefix: Prometheus' own names
  std::string help;
  bool counts = false;  // a counter, else a gauge
  double value = 0;     // seconds, bytes, or a number of things
};

// Figures that cannot be read are left out.
std::vector<ProcessFigure> process_figures();

}  // namespace streamworker
