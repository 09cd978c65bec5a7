// The worker's HTTP server: one thread accepts and closes, four answer, and four more for each lane
// (message.h), and one writes all feeds (feed_loop.h). No thread ever waits for a client
// (connection.h), and these four for nothing else, so health and metrics answer whatever others do
// or fail to do: at most 512 connections of at most 16 KiB each, the longest waiting makes room for
// the next.
//
// Any thread may call; start and stop once each.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "http/protocol.h"

namespace streamworker::http {

class Connection;
class ConnectionTable;
class FeedLoop;
class RequestMetrics;
class WaitingLine;

class HttpServer {
 public:
  // `host`: an address or a name; on a loopback address requests must name it (or localhost, …) in
  // Host. `port` 0: a free one. `metrics` and `clock` must outlive this.
  HttpServer(std::string host, int port, Metrics& metrics, const Clock& clock, Handler handler);
  ~HttpServer();
  // Before `start`.
  void set_lanes(Lanes lanes) { lanes_ = std::move(lanes); }
  // Likewise: requests must bear it, but for /health.
  void set_token(Secret token) { guard_.token = std::move(token); }
  // Likewise: an eventfd that can be read when a feed has something to say, cleared here.
  void set_feeds(int event) { feed_event_ = event; }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Listens and begins to answer. Stop: the port is taken, the host unknown; the message says what
  // to set instead.
  Result<void> start();
  // Closes the port, finishes the answers under way, closes all connections. No effect when not
  // started.
  void stop();
  // The port that is listened on, once started.
  int port() const { return port_; }

 private:
  void accept_loop();
  bool accept_some();  // false: no descriptors left
  void answer_loop();
  void lane_loop(WaitingLine& line);
  void advance(uint64_t number, Connection& connection, Protocol& protocol);

  const std::string host_;
  int port_;
  const Clock& clock_;
  const Handler handler_;
  std::unique_ptr<RequestMetrics> requests_;
  std::unique_ptr<ConnectionTable> table_;
  int feed_event_ = -1;
  std::unique_ptr<FeedLoop> feeds_;
  Lanes lanes_;
  std::vector<std::unique_ptr<WaitingLine>> lines_;  // of each lane
  Guard guard_;
  int listener_ = -1;
  int stop_event_ = -1;
  std::vector<std::thread> threads_;
};

}  // namespace streamworker::http
