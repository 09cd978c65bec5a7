// The registry topic `<app>-workers` (DESIGN 7.2): each worker says there where it answers HTTP and
// which partitions of the tables it has, when that changes and each 3 s; and reads what all say.
//
// A thread of its own. Nothing waits for it: while the log is away nothing is said and nothing is
// heard, and rows of others are not found.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "log/log.h"
#include "query/owners.h"
#include "query/tables.h"

namespace streamworker {

class Registry {
 public:
  struct Self {
    std::string app;
    std::string name;     // "<app>-<id of its slot>"
    std::string address;  // host:port
  };
  // All must outlive it. The topic exists.
  Registry(Log& log, const Clock& clock, const query::Tables& tables, query::Owners& owners,
           Self self);
  ~Registry();
  // Says that this worker is gone, as soon as its turn is over; nothing waits for that.
  void leave();

 private:
  void run();
  Result<void> turn();
  Result<void> open();
  Result<void> hear();
  void take(const Message& message);
  Result<void> say();
  Result<void> write(std::string_view worker, std::optional<std::string_view> entry);

  Log& log_;
  const Clock& clock_;
  const query::Tables& tables_;
  query::Owners& owners_;
  const Self self_;
  const TopicPartition at_;
  std::unique_ptr<Consumer> consumer_;
  std::unique_ptr<Producer> producer_;
  WorkerEntry said_;
  Duration said_at_{};  // steady
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace streamworker
