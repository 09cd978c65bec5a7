// SQLite's default VFS, but with our Clock: what 'now' and CURRENT_TIMESTAMP are for a connection
// that is opened with it. It is known to SQLite under a name of its own for as long as it lives.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"

namespace streamworker::sql {

class ClockVfs {
 public:
  // The clock must outlive it, and it the connections.
  explicit ClockVfs(const Clock& clock);
  ~ClockVfs();
  ClockVfs(const ClockVfs&) = delete;
  ClockVfs& operator=(const ClockVfs&) = delete;

  const std::string& name() const;

 private:
  struct Entry;
  std::unique_ptr<Entry> entry_;
};

}  // namespace streamworker::sql
