// Paths of the user's (`http.routes`, DESIGN 7.5).
//
// A route on a table answers an object, 404 when there is no row and no default, 503 as /tables
// does. One on a database answers an array of objects, from at most four connections each; 503 when
// the database is away or silent for 5 s. Parameters are bound, never spliced. Any thread may call;
// what asks a database waits for it: `lane_of` says who does.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/forwarding.h"
#include "http/message.h"
#include "query/readers.h"
#include "query/tables.h"
#include "sink/session_pool.h"

namespace streamworker::http {

// What tables are read from, and databases; all must outlive who has it.
struct Sources {
  const query::Tables& tables;
  query::Readers& readers;
  Forwarding* others;  // null: there are no other workers
  const config::File& file;
  const Clock& clock;
};

class UserRoutes {
 public:
  // `routes` must outlive it.
  UserRoutes(const std::vector<RoutePlan>& routes, const Sources& sources);

  // Null: none of them answers this path.
  const RoutePlan* find(const Target& target) const;
  Response answer(const RoutePlan& route, const Request& request) const;
  // Requests of one lane wait for the same database. None: this one waits for nothing.
  std::optional<size_t> lane_of(const RoutePlan& route) const;
  size_t lanes() const { return pools_.size(); }

 private:
  Response answer(const TableRoute& route, const Request& request,
                  const query::PathValues& path) const;
  Response answer(const DatabaseRoute& route, const Request& request,
                  const query::PathValues& path) const;

  const std::vector<RoutePlan>& routes_;
  const Sources sources_;
  std::map<std::string, std::unique_ptr<sink::SessionPool>> pools_;  // by database
};

}  // namespace streamworker::http
