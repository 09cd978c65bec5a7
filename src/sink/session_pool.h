// Sessions of one database for readers that ask all at once: at most so many, each statement with a
// deadline, so that a database that is away or hangs costs nobody more than that.
//
// Any thread may call.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sink/session.h"

namespace streamworker::sink {

class SessionPool {
 public:
  using Open = std::function<std::unique_ptr<Session>()>;
  // `clock` must outlive it.
  SessionPool(Open open, size_t most, Duration patience, const Clock& clock);
  ~SessionPool();
  SessionPool(const SessionPool&) = delete;
  SessionPool& operator=(const SessionPool&) = delete;

  // Session::run. Retry: the database is away, all sessions are taken, or it lasted longer than the
  // patience.
  Result<SqlResult> run(std::string_view statement, const SqlParameters& parameters);

 private:
  struct Lent {
    std::unique_ptr<Session> session;
    Duration since{};
    bool overdue = false;
  };
  std::list<Lent>::iterator lend();
  void take_back(std::list<Lent>::iterator lent);
  void watch();

  const Open open_;
  const size_t most_;
  const Duration patience_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Session>> idle_;
  std::list<Lent> lent_;
  bool ending_ = false;
  std::thread watcher_;
};

}  // namespace streamworker::sink
