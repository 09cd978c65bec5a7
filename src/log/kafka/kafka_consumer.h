// A member of a Kafka consumer group: eager, range, each partition on a queue of its own.
//
// Partitions have queues of their own so that one whose task is held up fills no other's way, and
// so that `take` never meets a rebalance: events come on the consumer's queue, served by `poll`.
// An assignment fetches nothing by itself; `fetch` says which partitions from which offsets. Every
// queue writes to one eventfd when it stops being empty, which `wait` sleeps on.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "log/kafka/connection.h"
#include "log/kafka/handles.h"
#include "log/log.h"

namespace streamworker::kafka {

class KafkaConsumer final : public Consumer {
 public:
  // `connection` must outlive the consumer. Null: `why` not.
  static std::unique_ptr<KafkaConsumer> create(Conf conf, const std::string& group,
                                               Connection& connection, std::string* why);
  ~KafkaConsumer() override;

  Result<void> subscribe(const std::vector<std::string>& topics,
                         RebalanceListener& listener) override;
  Result<void> poll() override;
  void wait(Duration timeout) override;
  void wake() override;
  Result<void> fetch(const std::vector<Position>& positions) override;
  Result<std::span<const Message>> take(size_t i, size_t max) override;
  Offset position(size_t i) const override { return sources_.at(i).next; }
  std::optional<Offset> known_end(size_t i) const override;
  Result<std::vector<Committed>> committed(const std::vector<TopicPartition>& of) override;
  std::unique_ptr<GroupMetadata> group() override;
  void close(Duration deadline) override;

 private:
  struct Source {
    TopicPartition at;
    Queue queue;
    Offset next = 0;  // position
  };

  KafkaConsumer(std::string group, Connection& connection);
  // Called by librdkafka inside `poll`.
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque);
  static void on_error(rd_kafka_t* client, int code, const char* text, void* opaque);
  // Replaces what is fetched; the partitions of before have stopped when it returns.
  static rd_kafka_resp_err_t assign(rd_kafka_t* client,
                                    const rd_kafka_topic_partition_list_t* list);
  // A new client.
  bool open(std::string* why);
  void rebalance(rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions);
  void give_back(bool lost);
  Result<void> join_again();
  // Closes the client; what hangs is left behind, and client_ null.
  void leave(Duration deadline);
  // The queue writes to the eventfd when it stops being empty.
  void signal(const Queue& queue) const;
  // False: it is no record, but news of the partition, which was taken care of.
  Result<bool> is_record(Source& source, const rd_kafka_message_t& raw);
  void release_messages();
  void read(const rd_kafka_message_t& from, Message& to);
  void add_headers(const rd_kafka_message_t& from, Message& to);

  std::string group_;
  Connection& connection_;
  SystemClock clock_;  // brokers and their sessions have no other
  int event_ = -1;     // eventfd
  Conf conf_;          // of the clients, one after the other
  rd_kafka_t* client_ = nullptr;
  // What librdkafka's callbacks are given. Null inside from `close` on: a client whose close hangs
  // is left behind, this with it, and may call when the consumer is gone.
  std::unique_ptr<KafkaConsumer*> callee_;
  Queue events_;
  std::vector<std::string> topics_;
  RebalanceListener* listener_ = nullptr;
  std::vector<TopicPartition> assigned_;
  std::vector<Source> sources_;
  std::vector<rd_kafka_message_t*> raw_;  // what the last `take` gave out
  std::vector<Message> messages_;
  std::vector<std::unique_ptr<Headers>> headers_;
  size_t headers_used_ = 0;
  std::optional<Duration> fenced_at_;
  bool closed_ = false;
  bool left_behind_ = false;  // a client that may still write to the eventfd
};

}  // namespace streamworker::kafka
