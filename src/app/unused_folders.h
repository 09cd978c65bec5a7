// Folders of table partitions, `<slot>/<table>/<partition>`, that are others' for good: removed
// once this process has not had them for 10 minutes, with the group in reach (DESIGN 4.6). Until
// then a partition that comes back finds its rows and reads the tail of its changelog.
//
// Those that were set aside, and those of global tables, have other names and stay. One thread.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "codec/worker_entry.h"

namespace streamworker {

class UnusedFolders {
 public:
  using Owned = std::map<std::string, WorkerEntry::Partitions, std::less<>>;  // by table

  // `folder`: the slot's. The clock must outlive it.
  UnusedFolders(std::string folder, const Clock& clock)
      : folder_(std::move(folder)), clock_(clock) {}

  // To be called now and then, with what this process has.
  void look(const Owned& owned);
  // What it has is not known now: the time begins anew.
  void forget() { since_.clear(); }

 private:
  const std::string folder_;
  const Clock& clock_;
  std::map<std::string, Duration> since_;  // steady: first seen without an owner
};

}  // namespace streamworker
