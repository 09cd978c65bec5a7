// A plain TCP client for the tests of the server: it sends what it is told and reads what comes.
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace streamworker::http {

class Client {
 public:
  // A read that gets nothing for 30 s fails: the test then ends instead of hanging.
  explicit Client(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{30, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("cannot connect");
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // False: the server has closed.
  bool send_text(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      text.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  void send_end() { shutdown(socket_, SHUT_WR); }

  // One response, by its Content-Length; what is there so far when the server closes.
  std::string read_response(bool has_body = true) {
    for (;;) {
      if (const size_t head = in_.find("\r\n\r\n"); head != std::string::npos) {
        const size_t size = head + 4 + (has_body ? content_length(head) : 0);
        if (in_.size() >= size) return take(size);
      }
      if (!read_some()) return take(in_.size());
    }
  }
  // All up to this text; what is there so far when the server closes.
  std::string read_until(std::string_view text) {
    for (;;) {
      if (const size_t at = in_.find(text); at != std::string::npos) return take(at + text.size());
      if (!read_some()) return take(in_.size());
    }
  }
  // All until the server closes.
  std::string read_to_end() {
    while (read_some()) {
    }
    return take(in_.size());
  }

 private:
  bool read_some() {
    std::array<char, 65536> buffer{};
    const ssize_t n = recv(socket_, buffer.data(), buffer.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      throw std::runtime_error("the server neither answered nor closed");
    if (n <= 0) return false;
    in_.append(buffer.data(), static_cast<size_t>(n));
    return true;
  }
  size_t content_length(size_t head) const {
    const std::string name = "Content-Length: ";
    const size_t at = in_.find(name);
    return at < head ? std::stoul(in_.substr(at + name.size())) : 0;
  }
  std::string take(size_t size) {
    std::string out = in_.substr(0, size);
    in_.erase(0, size);
    return out;
  }

  int socket_;
  std::string in_;
};

}  // namespace streamworker::http
