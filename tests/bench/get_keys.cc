// get_keys port=… clients=N seconds=N keys=N: N clients ask a worker for random keys of the table
// `bidders`, each over one connection at a time, the next request after the answer. Prints
// requests, those not answered with 200, and the 50th and 99th percentile of the time to the answer
// in microseconds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"

namespace {

using Clock = std::chrono::steady_clock;

class Client {
 public:
  explicit Client(uint16_t port) : port_(port) { open(); }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The status.
  int get(long key) {
    char request[128];
    const int length =
        std::snprintf(request, sizeof request,
                      "GET /tables/bidders/%ld HTTP/1.1\r\nHost: localhost\r\n\r\n", key);
    if (write(socket_, request, size_t(length)) != length) {
      bench::give_up("the connection is closed");
    }
    read_answer();
    if (answer_.find("Connection: close") != std::string::npos) {
      close(socket_);
      open();
    }
    return std::atoi(answer_.data() + std::string_view("HTTP/1.1 ").size());
  }

 private:
  void open() {
    socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      bench::give_up("nothing listens on the port");
    }
  }

  void read_answer() {
    answer_.clear();
    size_t whole = std::string::npos;
    while (answer_.size() < whole) {
      char buffer[4096];
      const ssize_t got = read(socket_, buffer, sizeof buffer);
      if (got <= 0) {
        bench::give_up("the connection is closed");
      }
      answer_.append(buffer, size_t(got));
      const size_t head = answer_.find("\r\n\r\n");
      if (whole == std::string::npos && head != std::string::npos) {
        whole = head + 4 + body_length();
      }
    }
  }

  size_t body_length() const {
    constexpr std::string_view name = "Content-Length: ";
    const size_t at = answer_.find(name);
    if (at == std::string::npos) {
      bench::give_up("an answer without Content-Length");
    }
    return std::strtoul(answer_.data() + at + name.size(), nullptr, 10);
  }

  uint16_t port_;
  int socket_ = -1;
  std::string answer_;
};

struct Asked {
  std::vector<float> micros;
  long others = 0;
};

void ask(const bench::Arguments& arguments, unsigned seed, Asked& asked) {
  Client client(uint16_t(arguments.number("port")));
  const long keys = arguments.number("keys");
  const auto end = Clock::now() + std::chrono::seconds(arguments.number("seconds"));
  for (auto before = Clock::now(); before < end;) {
    const int status = client.get(rand_r(&seed) % keys);
    const auto after = Clock::now();
    asked.micros.push_back(std::chrono::duration<float, std::micro>(after - before).count());
    asked.others += status != 200;
    before = after;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  std::vector<Asked> of(size_t(arguments.number("clients")));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < of.size(); ++i) {
    threads.emplace_back([&, i] { ask(arguments, unsigned(i) + 1, of[i]); });
  }
  Asked all;
  for (size_t i = 0; i < of.size(); ++i) {
    threads[i].join();
    all.micros.insert(all.micros.end(), of[i].micros.begin(), of[i].micros.end());
    all.others += of[i].others;
  }
  std::sort(all.micros.begin(), all.micros.end());
  const size_t count = all.micros.size();
  std::printf("%zu %ld %.0f %.0f\n", count, all.others, double(all.micros[count / 2]),
              double(all.micros[count * 99 / 100]));
  return 0;
}
