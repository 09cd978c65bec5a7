// The connections whose answers are feeds, on one thread of their own: it writes what each feed has
// to say as far as its client takes it, and waits for none.
//
// A connection that is here stays taken (connection_table.h), so it makes room for no other; who
// opens feeds sees to it that they are few. Once its feed is over it goes back to the table.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "http/connection_table.h"

namespace streamworker::http {

class FeedLoop {
 public:
  // `event`: an eventfd that can be read when a feed has something to say, and is cleared here; -1:
  // none. Throws std::runtime_error: no file descriptors are left. The table must outlive it.
  FeedLoop(ConnectionTable& table, int event);
  ~FeedLoop();
  FeedLoop(const FeedLoop&) = delete;
  FeedLoop& operator=(const FeedLoop&) = delete;

  // Any thread. `connection` is taken, and its answer a feed.
  void add(uint64_t number, Connection& connection);
  // On its thread, until `stop`; each feed is told that it ends.
  void run();
  void stop();

 private:
  struct Open {
    uint64_t number = 0;
    Connection* connection = nullptr;
    Connection::Wants wants = Connection::Wants::Write;
    bool gone = false;  // the client has closed
  };
  void take_new();
  void wait();
  void turn();
  static Connection::Wants advance(const Open& one);

  ConnectionTable& table_;
  const int event_;
  const int own_event_;
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  std::vector<Open> new_;
  std::vector<Open> open_;  // of the thread
};

}  // namespace streamworker::http
