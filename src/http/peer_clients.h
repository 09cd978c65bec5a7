// Requests to other workers, over connections that are kept.
//
// Any thread may call; each waits for its answer: 0.5 s for the connection, 2 s for the answer. A
// worker that did not answer is not asked again for 0.5 s, so that those who wait for it do not
// stand in the way of all others.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "http/client.h"

namespace httplib {
class Client;
}

namespace streamworker::http {

class PeerClients {
 public:
  // `token`: what they ask for, as this one does; empty: nothing.
  PeerClients(Secret token, const Clock& clock);
  ~PeerClients();

  // `address`: host:port. `target`: as it stands in a request line. `meant`: the worker that is to
  // answer (kMeantHeader). Retry: nobody answers there.
  Result<Answered> get(const std::string& address, const std::string& target,
                       const std::string& meant);

 private:
  using Client = std::unique_ptr<httplib::Client>;
  struct Peer {
    std::vector<Client> idle;
    Duration not_before{};  // steady
  };
  Result<Client> take(const std::string& address);
  void give_back(const std::string& address, Client client);
  void failed(const std::string& address);

  const Secret token_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Peer> peers_;
};

}  // namespace streamworker::http
