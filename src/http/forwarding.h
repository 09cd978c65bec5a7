// Rows that another worker has: the request goes there, once, and its answer comes back (DESIGN
// 7.2).
//
// Whoever is asked answers from what it has, whatever it may know of others: so a request is never
// passed on twice, and a registry that is late costs a 503. Any thread may call; what asks another
// worker waits for it, on the threads of a lane (message.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "http/peer_clients.h"
#include "query/owners.h"

namespace streamworker::http {

class Forwarding {
 public:
  // `self`: this worker's name in the registry. `token`: what workers ask for. References must
  // outlive it.
  Forwarding(const query::Owners& owners, std::string self, Secret token, const Clock& clock)
      : owners_(owners), self_(std::move(self)), peers_(std::move(token), clock) {}
  // Before the first request.
  void set_lane(size_t lane) { lane_ = lane; }

  // The answer to a request for a row that cannot be read here, because of `why`.
  Response answer(const Request& request, std::string_view table, std::string_view key,
                  const Error& why);
  // A request that was passed on to a worker which is not this one: 503. None: it is for this one,
  // or nobody passed it on.
  std::optional<Response> refuse(const Request& request) const;
  // Of all workers, this one too.
  std::vector<query::WorkerStatus> workers() const { return owners_.all(); }

 private:
  const query::Owners& owners_;
  const std::string self_;
  PeerClients peers_;
  size_t lane_ = 0;
};

}  // namespace streamworker::http
