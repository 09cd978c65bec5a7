#include "http/peer_clients.h"

#include <httplib.h>

#include "base/format.h"
#include "http/message.h"

namespace streamworker::http {

namespace {

using std::chrono::milliseconds;

constexpr auto kConnecting = milliseconds(500);
constexpr auto kAnswering = std::chrono::seconds(2);
constexpr Duration kRest = milliseconds(500);

}  // namespace

PeerClients::PeerClients(Secret token, const Clock& clock)
    : token_(std::move(token)), clock_(clock) {}
PeerClients::~PeerClients() = default;

Result<PeerClients::Client> PeerClients::take(const std::string& address) {
  const std::lock_guard lock(mutex_);
  Peer& peer = peers_[address];
  if (clock_.steady() < peer.not_before)
    return retry(fmt::format("nobody answered at {} a moment ago", address));
  if (!peer.idle.empty()) {
    Client client = std::move(peer.idle.back());
    peer.idle.pop_back();
    return client;
  }
  auto client = std::make_unique<httplib::Client>("http://" + address);
  client->set_url_encode(false);  // it is already
  client->set_keep_alive(true);
  client->set_tcp_nodelay(true);
  if (!token_.empty()) client->set_bearer_token_auth(token_.reveal());
  client->set_connection_timeout(kConnecting);
  client->set_read_timeout(kAnswering);
  return client;
}

void PeerClients::give_back(const std::string& address, Client client) {
  const std::lock_guard lock(mutex_);
  peers_[address].idle.push_back(std::move(client));
}

// Its other connections are as good as this one was.
void PeerClients::failed(const std::string& address) {
  const std::lock_guard lock(mutex_);
  peers_[address] = {{}, clock_.steady() + kRest};
}

Result<Answered> PeerClients::get(const std::string& address, const std::string& target,
                                  const std::string& meant) {
  auto client = take(address);
  if (!client) return client.error();
  const auto result = (*client)->Get(target, {{kMeantHeader, meant}});
  if (!result) {
    failed(address);
    return retry(
        fmt::format("nobody answers at {} ({})", address, httplib::to_string(result.error())));
  }
  give_back(address, std::move(*client));
  return Answered{result->status, result->body};
}

}  // namespace streamworker::http
