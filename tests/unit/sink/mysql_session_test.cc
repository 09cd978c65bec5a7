// A session and a server that lets it in and then says nothing. Those on a real server:
// tests/integration/sink/mysql_session_test.cc.
#include "sink/mysql_session.h"

#include <atomic>
#include <string>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/catch.h"

namespace streamworker::sink {
namespace {

using namespace std::string_literals;

// Greets, takes whatever login comes, and reads all that is sent after that.
class Silent {
 public:
  Silent() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const raw = reinterpret_cast<sockaddr*>(&at);
    REQUIRE(::bind(listening_, raw, sizeof at) == 0);
    REQUIRE(::listen(listening_, 1) == 0);
    socklen_t size = sizeof at;
    REQUIRE(::getsockname(listening_, raw, &size) == 0);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Silent() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;

  int port() const { return port_; }
  // A statement came, which is not going to be answered.
  bool asked() const { return asked_; }

 private:
  static std::string packet(char number, const std::string& body) {
    return static_cast<char>(body.size()) + "\0\0"s + number + body;
  }
  void serve() {
    const int peer = ::accept(listening_, nullptr, nullptr);
    if (peer < 0) return;
    // Protocol 10 with 4.1's login and mysql_native_password.
    const std::string greeting = "\x0a"s + "10.11.0-MariaDB\0"s + "\1\0\0\0"s + "12345678\0"s +
                                 "\x0f\xa2"s + "\x2d"s + "\2\0"s + "\x08\0"s + "\x15"s +
                                 std::string(10, '\0') + "123456789012\0"s +
                                 "mysql_native_password\0"s;
    std::string buffer(4096, '\0');
    const std::string welcome = packet(2, "\0\0\0\2\0\0\0"s);
    const auto send = [&](const std::string& text) {
      return ::send(peer, text.data(), text.size(), MSG_NOSIGNAL) > 0;
    };
    const auto receive = [&] { return ::recv(peer, buffer.data(), buffer.size(), 0) > 0; };
    if (send(packet(0, greeting)) && receive() && send(welcome))
      while (receive()) asked_ = true;
    ::close(peer);
  }

  const int listening_;
  int port_ = 0;
  std::atomic<bool> asked_{false};
  std::thread thread_;
};

TEST_CASE("a server that falls silent right after the login is left by an interrupt") {
  Silent server;
  config::Database spec;
  spec.scheme = "mysql";
  spec.host = "127.0.0.1";
  spec.port = server.port();
  spec.user = "u";
  spec.database = "d";
  MysqlSession session(spec);
  std::atomic<bool> over{false};
  std::string said;
  std::thread caller([&] {
    const auto result = session.run("SELECT 1");
    said = result ? "fine" : result.error().message;
    over = true;
  });
  const auto wait_for = [](const auto& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds() && std::chrono::steady_clock::now() < deadline) ::usleep(1000);
    return holds();
  };
  const bool asked = wait_for([&] { return server.asked(); });
  CHECK(asked);
  session.interrupt();
  if (!wait_for([&] { return over.load(); })) std::abort();  // the caller cannot be joined
  caller.join();
  CHECK(said.find("ost connection") != std::string::npos);
}

}  // namespace
}  // namespace streamworker::sink
