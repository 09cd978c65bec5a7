// Where a feeder's records come from: a file or a generator. One thread.
//
// A position is a number that says what comes next; a source that seeks to it gives the same
// records from there on, in every process (as long as a file is only appended to).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "config/spec.h"

namespace streamworker {

// A record's value.
using Fed = std::optional<std::string_view>;

class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // The next record's value, until the next call. None: there is nothing now, or (`finished`) ever.
  // Errors are Stop and say where in the file; the position stays.
  virtual Result<Fed> next() = 0;
  // Behind the record that `next` gave last.
  virtual int64_t position() const = 0;
  virtual Result<void> seek(int64_t position) = 0;
  virtual bool finished() const = 0;
  // Will it ever be finished?
  virtual bool finite() const = 0;
};

// What `from_file`, `generate` or `sample` of a stream says. `stream` and `clock` must outlive it.
// Throws sql::ExpressionError (its column is the index in `fields`), std::invalid_argument: a name
// of a file without a known ending.
std::unique_ptr<RecordSource> open_source(
    const config::Stream& stream, const std::variant<config::Generate, config::FromFile>& from,
    const Clock& clock);

}  // namespace streamworker
