#include "integration/sink/proxy.h"

#include <cstdlib>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace streamworker::sink {
namespace {

sockaddr_in address(const std::string& host, int port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &at.sin_addr) != 1) std::abort();
  return at;
}

void must(bool fine) {
  if (!fine) std::abort();
}

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// The size of the first packet of the protocol (three bytes of length, one of order); 0: not whole.
size_t whole_packet(const std::string& bytes) {
  if (bytes.size() < 4) return 0;
  const auto byte = [&](size_t i) {
    return static_cast<size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const size_t size = 4 + (byte(0) | byte(1) << 8 | byte(2) << 16);
  return bytes.size() < size ? 0 : size;
}

}  // namespace

Proxy::Proxy(std::string host, int port) : host_(std::move(host)), server_port_(port) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at = address("127.0.0.1", 0);
  socklen_t size = sizeof at;
  auto* const generic = reinterpret_cast<sockaddr*>(&at);
  must(::bind(listener_, generic, size) == 0 && ::listen(listener_, 8) == 0);
  must(::getsockname(listener_, generic, &size) == 0 && ::pipe(stop_) == 0);
  port_ = ntohs(at.sin_port);
  thread_ = std::thread([this] { serve(); });
}

Proxy::~Proxy() {
  must(::write(stop_[1], "x", 1) == 1);
  thread_.join();
  for (const int open : {listener_, stop_[0], stop_[1]}) ::close(open);
}

void Proxy::serve() {
  while (true) {
    pollfd waiting[] = {{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    must(::poll(waiting, 2, -1) > 0);
    if (waiting[0].revents != 0) return;
    const int client = ::accept(listener_, nullptr, nullptr);
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in at = address(host_, server_port_);
    must(::connect(server, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    const int yes = 1;
    for (const int socket : {client, server})
      must(::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0);
    carry(client, server);
    ::close(client);
    ::close(server);
  }
}

void Proxy::carry(int client, int server) {
  std::string pending;
  char bytes[4096];
  while (true) {
    pollfd waiting[] = {{stop_[0], POLLIN, 0}, {client, POLLIN, 0}, {server, POLLIN, 0}};
    must(::poll(waiting, 3, -1) > 0);
    if (waiting[0].revents != 0) return;
    if (waiting[2].revents != 0) {
      const ssize_t got = ::recv(server, bytes, sizeof bytes, 0);
      if (got <= 0 || !send_all(client, {bytes, static_cast<size_t>(got)})) return;
    }
    if (waiting[1].revents != 0) {
      const ssize_t got = ::recv(client, bytes, sizeof bytes, 0);
      if (got <= 0) return;
      pending.append(bytes, static_cast<size_t>(got));
      if (!from_client(server, pending)) return;
    }
  }
}

bool Proxy::from_client(int server, std::string& pending) {
  constexpr std::string_view kCommit =
      "\x03"
      "COMMIT";
  for (size_t size = whole_packet(pending); size != 0; size = whole_packet(pending)) {
    const std::string packet = pending.substr(0, size);
    pending.erase(0, size);
    const bool commit = std::string_view(packet).substr(4) == kCommit;
    const Cut how = commit ? how_.exchange(Cut::None) : Cut::None;
    if (how != Cut::None) ++cuts_;
    if (how == Cut::Before || !send_all(server, packet)) return false;
    char answer[64];
    if (how == Cut::After) must(::recv(server, answer, sizeof answer, 0) > 0);
    if (how != Cut::None) return false;
  }
  return true;
}

}  // namespace streamworker::sink
