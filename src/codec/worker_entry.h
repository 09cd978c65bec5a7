// What a worker says of itself in the registry topic `<app>-workers` (DESIGN 7.2), as JSON:
//
//   {"address":"10.0.0.7:6066","tables":{"players":{"of":12,"here":[0,1]}}}
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace streamworker {

struct WorkerEntry {
  // Of one table.
  struct Partitions {
    int32_t of = 0;             // how many there are, here and elsewhere
    std::vector<int32_t> here;  // those that are this worker's, to be read already or not
    bool operator==(const Partitions&) const = default;
  };
  std::string address;  // where it answers HTTP: host:port
  std::map<std::string, Partitions, std::less<>> tables;
  bool operator==(const WorkerEntry&) const = default;
};

std::string to_json(const WorkerEntry& entry);
// None: it is no such entry.
std::optional<WorkerEntry> read_worker_entry(std::string_view json);

}  // namespace streamworker
