// All open connections: whose turn it is, and who must go. Any thread may call.
//
// A connection is with one thread at a time: epoll reports it once (`take`), and again only after
// `give_back`. When the table is full the connection that has waited longest makes room, so that a
// client that has something to ask always gets in, however many others hold theirs open.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "http/connection.h"

namespace streamworker::http {

class ConnectionTable {
 public:
  static constexpr uint64_t kStop = 0;  // what `wait` gives once `stop` was called

  explicit ConnectionTable(size_t most);
  ~ConnectionTable();
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // Takes the socket over.
  void add(int socket, const Clock& clock);
  // Waits until a connection is ready, and gives its number.
  uint64_t wait();
  // Null: it has gone in the meantime.
  Connection* take(uint64_t number);
  void give_back(uint64_t number, Connection::Wants wants);
  // Closes those whose deadline has passed.
  void sweep(Duration now);
  // Closes the one that has waited longest. False: none waits.
  bool evict();
  // From now on `wait` gives kStop, to every thread.
  void stop();

 private:
  struct Entry {
    std::unique_ptr<Connection> connection;
    bool taken = false;
    uint64_t turn = 0;  // when it was given back, in the order of all
  };
  bool evict_locked();

  const size_t most_;
  const int epoll_;
  const int stop_event_;
  std::mutex mutex_;
  uint64_t last_number_ = kStop;
  uint64_t last_turn_ = 0;
  std::unordered_map<uint64_t, Entry> entries_;
};

}  // namespace streamworker::http
