// The jobs of `limit`, one file each.
#pragma once

#include "client.h"

namespace bench {

// price > 5000, four fields with price * 0.908, JSON to another topic, same partition and key.
[[noreturn]] void run_filter_map(const Arguments& arguments);

// Multi-row INSERT … ON DUPLICATE KEY UPDATE of seven columns, one connection, autocommit.
[[noreturn]] void run_mysql_upsert(const Arguments& arguments);

// count, sum, min and max of the price for each bidder; with `windows` and each 10 s of event time.
[[noreturn]] void run_table(const Arguments& arguments, bool windows);

}  // namespace bench
