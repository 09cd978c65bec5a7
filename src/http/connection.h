// One client's socket, which never blocks a thread: bytes are collected until a whole head is here,
// then the request is answered, then the response is written as far as the client takes it.
//
// Owns the socket. Used by one thread at a time (ConnectionTable sees to it).
//
// Deadlines are absolute, so that a client that trickles is cut like one that is silent: 5 s from
// the connection or from a request's first byte to its last, 5 s for taking the response, 30 s
// between requests, 30 s in which a feed's client takes nothing of what there is, 1 s for closing.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "http/protocol.h"

namespace streamworker::http {

class Connection {
 public:
  // Lane: its request is to be answered by a thread of `lane`. Feed: from now on it is for
  // `advance_feed`, and has nothing to write at the moment.
  enum class Wants { Read, Write, Close, Lane, Feed };
  using Served = std::function<void(const Reply&, Duration took)>;

  // `socket` is non-blocking.
  Connection(int socket, const Clock& clock);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Does what can be done without waiting; `served` is told of each response. Says what the socket
  // must be ready for before this is called again.
  Wants advance(Protocol& protocol, const Served& served);
  // The same for the feed that was its answer: Feed and Write, until it is over.
  Wants advance_feed();
  // Says that the feed is over, if the client takes it at once.
  void end_feed(std::string_view why);
  size_t lane() const { return lane_; }
  Duration deadline() const { return deadline_; }
  int socket() const { return socket_; }

 private:
  enum class Took { All, Some, Failed };

  // One write, answer or read. None: there may be more to do at once.
  std::optional<Wants> step(Protocol& protocol, const Served& served);
  bool take_request(Protocol& protocol, const Served& served);
  Took write_out();
  Took read_in();
  Wants drain();
  void answer(Protocol& protocol, const Served& served, size_t head, size_t body);
  void refuse_long(const Served& served, Reply reply);
  std::optional<Wants> handed_on() const;

  const int socket_;
  const Clock& clock_;
  Duration deadline_;
  std::string in_;       // at most kMostHeadBytes
  size_t searched_ = 0;  // no head ends before this
  std::string out_;      // at most one response
  size_t written_ = 0;
  int requests_ = 0;
  bool waits_ = false;  // its request is for a thread of lane_
  size_t lane_ = 0;
  std::shared_ptr<Feed> feed_;  // its answer; null: none is under way
  bool last_ = false;           // after what is in out_, close
  bool draining_ = false;       // our end is closed; the client's bytes are thrown away
};

}  // namespace streamworker::http
