// Questions and orders to the cluster about topics. Any thread.
#pragma once

#include "log/kafka/connection.h"
#include "log/kafka/handles.h"
#include "log/log.h"

namespace streamworker::kafka {

// The first offset of a partition, or the one behind the last: of what the client may read.
enum class Edge { Start, End };
Result<Offset> offset_at(rd_kafka_t* client, const TopicPartition& of, Edge edge, int timeout_ms);

class Admin {
 public:
  // `client` must outlive this object and read uncommitted (then watermarks are the true end).
  // `connection` too.
  Admin(rd_kafka_t* client, Connection& connection) : client_(client), connection_(connection) {}

  Result<std::optional<TopicInfo>> describe(const std::string& topic);
  Result<void> create(const NewTopic& topic);
  Result<void> set(const std::string& topic, const std::map<std::string, std::string>& settings);
  Result<Watermarks> watermarks(const TopicPartition& of);
  Result<void> delete_records(const std::vector<Position>& below);
  Result<int> members(const std::string& group);

 private:
  Result<std::optional<int32_t>> partitions(const std::string& topic);
  struct Setting {
    std::string value;
    bool own = false;  // the topic's, not the broker's default
  };
  using TopicSettings = std::map<std::string, Setting, std::less<>>;
  Result<TopicSettings> settings(const std::string& topic);
  Result<void> wait_for(const std::string& topic,
                        const std::map<std::string, std::string>& settings);
  Result<void> read_limits(const std::string& topic, TopicInfo& info);
  bool usable(const NewTopic& topic);
  // Waits for the answer to what `ask` sent to the queue that it is given.
  template <class Ask>
  Result<Event> answer(rd_kafka_admin_op_t what, const std::string& doing, Ask ask);

  // The error of a call; says what is wrong with the connection, if that is why.
  Error failed(rd_kafka_resp_err_t code, const std::string& doing);

  rd_kafka_t* client_;
  Connection& connection_;
};

}  // namespace streamworker::kafka
