// Which worker has which partitions of the tables, as far as the registry topic tells (DESIGN 7.2).
//
// It is where to ask, not what is true: whoever is asked answers only for what it has at that
// moment, so a late or wrong entry costs a 503 and never a wrong row. A worker that has said
// nothing for the group's session timeout is asked no more.
//
// Any thread may call.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "codec/worker_entry.h"

namespace streamworker::query {

struct WorkerStatus {
  std::string name;
  WorkerEntry entry;
  Duration silent{};  // since it said something
};

class Owners {
 public:
  explicit Owners(const Clock& clock) : clock_(clock) {}

  // In the order of the topic. `worker`: "<app>-<id of its slot>".
  void heard(const std::string& worker, WorkerEntry entry);
  // It has said that it ends.
  void gone(const std::string& worker);

  struct Owner {
    std::string worker;
    std::string address;
  };
  // Of the partition that this key of the table belongs to: where two say that it is theirs, who
  // began to say so last. None: nobody does, or nobody knows the table.
  std::optional<Owner> find(std::string_view table, std::string_view key) const;
  // All that are not silent, by name.
  std::vector<WorkerStatus> all() const;

 private:
  using Place = std::pair<std::string, int32_t>;  // table, partition
  struct Known {
    WorkerEntry entry;
    Duration heard{};                 // steady
    std::map<Place, uint64_t> since;  // each claim, by its turn among all
  };
  bool silent(const Known& known) const;
  int32_t partitions(std::string_view table) const;

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Known> workers_;
  uint64_t turn_ = 0;
};

}  // namespace streamworker::query
