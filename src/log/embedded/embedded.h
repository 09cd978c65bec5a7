// A log without a server: topics, transactions, committed offsets and consumer groups of one
// process, in a RocksDB in a folder. It keeps what was committed over kill -9 (no sync: a power cut
// may cost the last moments, whole transactions of them).
//
// Where it differs from a server: the members of a group are the consumers of this process, and a
// member is never thrown out for not polling, so a rebalance waits for each to poll; `instance` has
// no meaning; records are forgotten by `delete_records` only, which gives their space on the disk
// back in pieces of some megabytes, now or when it is called again.
#pragma once

#include <memory>
#include <string>

#include "log/log.h"

namespace streamworker {

// Makes the folder if it is not there. Retry: another process has it open. Stop: it is damaged, or
// a newer streamworker wrote it.
Result<std::unique_ptr<Log>> open_embedded(const std::string& folder);

}  // namespace streamworker
