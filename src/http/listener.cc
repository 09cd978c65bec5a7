#include "http/listener.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/format.h"

namespace streamworker::http {
namespace {

constexpr int kBacklog = 1024;

std::string reason(int error) { return std::generic_category().message(error); }

// The socket, or the error number of what failed, negative.
int try_listen(const addrinfo& address) {
  const int socket_number =
      socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (socket_number == -1) return -errno;
  // Only this option: SO_REUSEPORT would let two workers share a port unnoticed.
  const int on = 1;
  setsockopt(socket_number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(socket_number, address.ai_addr, address.ai_addrlen) == 0 &&
      listen(socket_number, kBacklog) == 0)
    return socket_number;
  const int error = errno;
  close(socket_number);
  return -error;
}

Listener describe(int socket_number) {
  Listener out;
  out.socket = socket_number;
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  getsockname(socket_number, reinterpret_cast<sockaddr*>(&bound), &size);
  if (bound.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &bound, sizeof v4);
    out.port = ntohs(v4.sin_port);
    out.loopback = ntohl(v4.sin_addr.s_addr) >> 24 == 127;
  } else {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &bound, sizeof v6);
    out.port = ntohs(v6.sin6_port);
    out.loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
  }
  return out;
}

}  // namespace

Result<Listener> listen_on(const std::string& host, int port) {
  const std::string where = fmt::format("http: cannot listen on {}:{}: ", host, port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      failed != 0)
    return stop(where + gai_strerror(failed) + "; set http.listen to an address of this machine");
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
  int error = 0;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    const int tried = try_listen(*each);
    if (tried >= 0) return describe(tried);
    if (error == 0) error = -tried;
  }
  if (error == EADDRINUSE)
    return stop(where +
                "the port is in use, perhaps by another worker; choose another with "
                "--http-port (0: a free one)");
  return stop(where + reason(error) + "; choose another with http.listen or --http-port");
}

}  // namespace streamworker::http
