// What is asked for under /tables and /sql: committed rows of the tables that this worker has
// (DESIGN 7.2).
//
//   /tables                     the tables: key, columns, window, partitions that are here
//   /tables/{t}                 their rows in the order of the keys, of windows in that of their
//                               starts and then the keys, a page at a time: prefix= of the key as
//                               it stands on the wire, limit= (100, at most 1000), cursor=
//   /tables/{t}/{key}           one row; `?key=` for keys of several fields, as a JSON array, and
//                               for those that do not fit into a path, or are "changes"
//                               (feed_routes.h). Of a table with windows the key's rows in those
//                               that window_params.h reads, the oldest first
//
//   /sql?q=                     a query over all of them, answered as {"columns", "rows"}; POST
//   takes
//                               the statement as its body
//
// A key that belongs to another worker's partition is asked there (forwarding.h); lists and queries
// are of what is here. 404: no such table, or no row for the key. 503 with Retry-After: a partition
// is being restored or moved, or its thread does not answer its group; or other queries are under
// way. Any thread may call; nothing here waits but forwarding, and a query may take 10 s.
#pragma once

#include <atomic>
#include <string>

#include "http/forwarding.h"
#include "http/message.h"
#include "query/readers.h"
#include "query/tables.h"

namespace streamworker::http {

class TableRoutes {
 public:
  // All must outlive it. `others` null: there are no other workers.
  TableRoutes(const query::Tables& tables, query::Readers& readers, Forwarding* others,
              const Clock& clock)
      : tables_(tables), readers_(readers), others_(others), clock_(clock) {}

  // REQUIRES: the path begins with "tables"
  Response handle(const Request& request) const;
  Response sql(const Request& request) const;

 private:
  Response run(const std::string& statement) const;
  std::string list() const;
  Response rows(const query::TableInfo& table, const Target& target) const;
  Response row(const query::TableInfo& table, const std::string& key, const Request& request) const;
  Response windows(const query::TableInfo& table, const std::string& text,
                   const Request& request) const;
  Response elsewhere(const Request& request, const query::TableInfo& table, const std::string& text,
                     const Error& why) const;

  const query::Tables& tables_;
  query::Readers& readers_;
  Forwarding* const others_;
  mutable std::atomic<int> queries_{0};  // under way
  const Clock& clock_;
};

}  // namespace streamworker::http
