// What systemd would hear, on a socket of our own.
#include "app/supervisor.h"

#include <array>
#include <filesystem>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit/catch.h"

namespace streamworker {
namespace {

// Listens under an abstract name, as systemd in a container does, or under a path.
class Socket {
 public:
  explicit Socket(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    name.copy(at.sun_path, sizeof at.sun_path - 1);
    if (at.sun_path[0] == '@') at.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), size) == 0);
  }
  ~Socket() { ::close(socket_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  // All that has come.
  std::vector<std::string> heard() {
    std::vector<std::string> all;
    std::array<char, 1024> text{};
    for (ssize_t size = 0; (size = ::recv(socket_, text.data(), text.size(), MSG_DONTWAIT)) >= 0;)
      all.emplace_back(text.data(), static_cast<size_t>(size));
    return all;
  }

 private:
  int socket_;
};

std::string unused_name(const std::string& before) {
  return before + "streamworker-supervisor-test-" + std::to_string(::getpid());
}

using Lines = std::vector<std::string>;

TEST_CASE("it is ready once, tells a status when it changes, and says that it stops") {
  const ManualClock clock{WallTime()};
  const std::string path = unused_name(std::filesystem::temp_directory_path() / "");
  Socket systemd(path);
  Supervisor supervisor(path, {}, clock);
  supervisor.ready();
  supervisor.ready();
  supervisor.status("ready");
  supervisor.status("ready");
  supervisor.status("not ready: stalled");
  supervisor.alive();  // nobody asked for it
  supervisor.stopping();
  supervisor.stopping();
  CHECK(systemd.heard() ==
        Lines{"READY=1", "STATUS=ready", "STATUS=not ready: stalled", "STOPPING=1"});
  std::filesystem::remove(path);
}

TEST_CASE("it is alive twice in the time that the supervisor gives it") {
  ManualClock clock{WallTime()};
  const std::string name = unused_name("@");
  Socket systemd(name);
  Supervisor supervisor(name, std::chrono::seconds(60), clock);
  for (int i = 0; i < 61; ++i) {
    supervisor.alive();
    clock.advance(std::chrono::seconds(1));
  }
  CHECK(systemd.heard() == Lines{"WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"});
}

TEST_CASE("nobody there is no fault") {
  const ManualClock clock{WallTime()};
  Supervisor without("", std::chrono::seconds(1), clock);
  without.ready();
  without.alive();
  Supervisor deaf("/nobody/listens/here", std::chrono::seconds(1), clock);
  deaf.ready();
  deaf.stopping();
  Supervisor too_long(std::string(300, 'x'), std::chrono::seconds(1), clock);
  too_long.ready();
  SUCCEED("it went on");
}

}  // namespace
}  // namespace streamworker
