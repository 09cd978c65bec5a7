// A wire between a client and the server that can be cut around a COMMIT.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace streamworker::sink {

class Proxy {
 public:
  enum class Cut {
    None,
    Before,  // the server never gets the COMMIT
    During,  // it gets it, and nobody waits for its answer
    After,   // it has answered, and the answer is lost
  };

  Proxy(std::string host, int port);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  int port() const { return port_; }
  // The next COMMIT is cut this way, later ones are not.
  void cut_next(Cut how) { how_ = how; }
  int cuts() const { return cuts_; }

 private:
  void serve();
  void carry(int client, int server);
  // True: go on. `pending` holds what is not yet a whole packet.
  bool from_client(int server, std::string& pending);

  std::string host_;
  int server_port_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};  // a pipe: written to at the end
  int port_ = 0;
  std::atomic<Cut> how_ = Cut::None;
  std::atomic<int> cuts_ = 0;
  std::thread thread_;
};

}  // namespace streamworker::sink
