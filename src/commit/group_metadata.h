// The metadata string of a task's committed group offset (DESIGN 4.3): which outputs the offset
// stands for, those of them that are behind it, and how many partitions the topic had.
//
// Form: "v1 <partitions> [t=<ms>] <hash>[=<position>] …", a hash being 10 hex digits of the
// output's name. An empty string (an offset set by hand, or by another program of this group)
// stands for all outputs.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "record/batch.h"

namespace streamworker {

struct OutputPositions {
  int32_t partitions = 0;  // of the topic, when the offset was committed; 0: not known
  bool all = false;        // the offset stands for every output
  // The largest event time of the records below the offset, in ms since the epoch: a task that
  // starts again says to those behind a repartition what it said before. None: nobody asks.
  std::optional<int64_t> passed;
  // By hash. None: the position is the offset itself.
  std::map<std::string, std::optional<Offset>> outputs;
};

std::string output_hash(const std::string& name);
// A table stands there without position, which is in its changelog: so that a changelog that was
// lost is not taken for that of a new table.
std::string table_hash(const std::string& table);
std::string to_metadata(const OutputPositions& positions);
// Stop: it was written by a newer version.
Result<OutputPositions> read_metadata(const std::string& text);

}  // namespace streamworker
