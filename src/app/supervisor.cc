#include "app/supervisor.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace streamworker {

namespace {

// At start, before there are other threads; nobody sets the environment.
std::string variable(const char* name) {
  const char* found = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return found == nullptr ? "" : found;
}

int64_t number(const std::string& text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Supervisor::Supervisor(const std::string& socket, Duration watchdog, const Clock& clock)
    : address_(socket), watchdog_(watchdog), clock_(clock) {
  if (address_.empty() || address_.size() >= sizeof(sockaddr_un::sun_path)) return;
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  // A supervisor that is slow to read is waited for a moment; the kernel keeps few datagrams.
  const timeval patience{0, 100'000};
  (void)::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Supervisor Supervisor::from_environment(const Clock& clock) {
  const std::string pid = variable("WATCHDOG_PID");
  const bool ours = pid.empty() || number(pid) == ::getpid();
  return {variable("NOTIFY_SOCKET"), Duration(ours ? number(variable("WATCHDOG_USEC")) : 0), clock};
}

Supervisor::~Supervisor() {
  if (socket_ >= 0) ::close(socket_);
}

Supervisor::Supervisor(Supervisor&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      address_(std::move(other.address_)),
      watchdog_(other.watchdog_),
      clock_(other.clock_),
      ready_(other.ready_),
      stopping_(other.stopping_),
      status_(std::move(other.status_)),
      alive_at_(other.alive_at_) {}

void Supervisor::ready() {
  if (!std::exchange(ready_, true)) send("READY=1");
}

void Supervisor::status(const std::string& text) {
  if (text == status_) return;
  status_ = text;
  send("STATUS=" + text);
}

void Supervisor::alive() {
  const Duration now = clock_.steady();
  if (watchdog_ <= Duration::zero() || now < alive_at_) return;
  alive_at_ = now + watchdog_ / 2;
  send("WATCHDOG=1");
}

void Supervisor::stopping() {
  if (!std::exchange(stopping_, true)) send("STOPPING=1");
}

// A supervisor that does not listen is none of our trouble.
void Supervisor::send(const std::string& text) const {
  if (socket_ < 0) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';  // Linux's abstract names
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  (void)::sendto(socket_, text.data(), text.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&to), size);
}

}  // namespace streamworker
