// Watches the free space of the state folder. RocksDB does not survive a full disk (it may abort),
// so the worker stops taking records and feeding before that, and goes on when there is room again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace streamworker {

class DiskGuard {
 public:
  using FreeBytes = std::function<Result<uint64_t>(const std::string& folder)>;
  // Write buffers twice, the write-ahead log behind them, and a merge of what they became: 16
  // buffers of 8 MiB (rocks::Options). It takes as much again to write what is in flight.
  static constexpr uint64_t kFloor = 128UL << 20;

  DiskGuard(std::string folder, FreeBytes free_bytes, const Clock& clock);

  // Asks the system, once a second at most. True: too little is free. Once too little, it takes a
  // quarter more than kFloor to be enough. A folder that cannot be asked about counts as before.
  bool almost_full();
  // Of the last time that it was asked.
  uint64_t free() const { return free_; }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
  FreeBytes free_bytes_;
  const Clock& clock_;
  bool asked_ = false;
  Duration ask_at_{};
  uint64_t free_ = 0;
  bool almost_full_ = false;
  bool unknown_ = false;  // the last question was not answered
};

// What somebody who is not root may still write on the disk of `folder`.
Result<uint64_t> free_bytes(const std::string& folder);

}  // namespace streamworker
