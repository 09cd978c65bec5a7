// How far a table's partition is (DESIGN 4.3, 4.5): the last record of each commit in its
// changelog, and beside its rows in RocksDB. What a start needs to know is here.
//
// As bytes: a version, then each part in the order of the struct; integers are varints, texts have
// their length in front. Bytes may come from anywhere: reading never goes out of bounds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "log/log.h"

namespace streamworker::store {

// What a source partition said last of its event time (3.1).
struct SourceMark {
  EventTime passed{};
  bool idle = false;
  bool operator==(const SourceMark&) const = default;
};

struct Progress {
  std::vector<Position> inputs;          // where each input partition goes on
  std::optional<EventTime> stream_time;  // none: no record yet
  std::map<int32_t, SourceMark> marks;   // by source partition, of a table behind a repartition
  std::optional<EventTime> closed;       // windows that closed at this stream time were sent
  std::string fingerprint;  // of the table's definition; empty: a reset has begun, and did not end
  std::string incarnation;  // of the state, made once
  std::string replaces;     // when a reset made it: those before it, the last one first, by commas
  bool operator==(const Progress&) const = default;
};

// The state of that incarnation is void, and is built anew from what this one's changelog holds.
bool replaces(const Progress& progress, std::string_view incarnation);

std::string to_bytes(const Progress& progress);
// Stop: these are no progress, or of a newer streamworker.
Result<Progress> progress_of(std::string_view bytes);

}  // namespace streamworker::store
