// Whether any broker answers, for all clients of one cluster, and whether they let us in.
//
// librdkafka tells of single connections, and calls an idle one that the broker closed "all brokers
// down". So whatever sounds bad is a suspicion only: a thread then asks for metadata, once a
// second, until there is an answer; and so it does at the start. It also says once in ten minutes
// what is wrong with single brokers while others answer. Threads: any.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "log/kafka/handles.h"

namespace streamworker::kafka {

class Connection {
 public:
  Connection() = default;
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Starts the thread, which asks once: what goes wrong later, when somebody has answered, is not
  // about being let in. `client`, whose error callback leads here, must outlive this object.
  void watch(rd_kafka_t* client);
  // What librdkafka's error callback of any client says.
  void heard(rd_kafka_resp_err_t code, const std::string& text);
  // A call found nobody.
  void suspect() { heard(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, ""); }
  // Not empty: nobody answers, and why.
  std::string away() const;
  // They do not let us in: a Stop that says what to set.
  std::optional<Error> refused() const;

 private:
  void run();
  void settle(bool answered);
  void warn_of_single();

  SystemClock clock_;  // of the thread, which waits for servers
  rd_kafka_t* client_ = nullptr;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool closing_ = false;
  bool suspected_ = false;
  bool ever_answered_ = false;
  int unanswered_ = 0;   // questions in a row
  std::string trouble_;  // the last text about a connection
  std::string away_;
  std::optional<Error> refused_;
  std::map<std::string, Duration> warned_;  // when, by text
  std::thread thread_;
};

}  // namespace streamworker::kafka
