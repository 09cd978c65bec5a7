// An idempotent producer, transactional when it has an id. Partitions are chosen by the caller.
#pragma once

#include <map>

#include "log/kafka/connection.h"
#include "log/kafka/handles.h"
#include "log/log.h"

namespace streamworker::kafka {

class KafkaProducer final : public Producer {
 public:
  // `conf` is used up, if it returns something. `connection` must outlive the producer.
  static std::unique_ptr<KafkaProducer> create(rd_kafka_conf_t* conf, bool transactional,
                                               Connection& connection, std::string* why);
  ~KafkaProducer() override;

  Result<void> start() override;
  Result<void> produce(const std::string& topic, std::span<const OutRecord> records) override;
  Result<void> commit(const std::vector<Committed>& offsets, const GroupMetadata& group) override;
  Result<void> flush() override;
  // From the beginning; REQUIRES: made with reports of all records.
  void follow(const std::string& topic) { ends_[topic]; }
  std::optional<Offset> end_of(const TopicPartition& of) const override;

  Connection& connection() { return connection_; }
  // A record that will not arrive any more. Called by librdkafka inside our own calls.
  void failed(rd_kafka_resp_err_t code, const std::string& where);

 private:
  KafkaProducer(bool transactional, Connection& connection)
      : transactional_(transactional), connection_(connection) {}
  Error cause(const Error& found, const std::string& doing);
  template <class Call>
  Result<void> until_settled(const std::string& doing, int calls, Call call);
  Result<void> begin();
  Result<void> produce_one(rd_kafka_topic_t* topic, const OutRecord& record, Offset* end);
  Result<void> send_offsets(const std::vector<Committed>& offsets, const GroupMetadata& group);
  // Waits for all records, so many ms. False: they have not all arrived.
  template <class GivesUp>
  bool deliver(int within, GivesUp gives_up);
  rd_kafka_topic_t* topic(const std::string& name);

  bool transactional_;
  Connection& connection_;
  bool open_ = false;  // a transaction
  rd_kafka_t* client_ = nullptr;
  std::map<std::string, Topic, std::less<>> topics_;
  // Of what is followed; librdkafka sets an end when the broker has acknowledged a record.
  std::map<std::string, std::map<int32_t, Offset>, std::less<>> ends_;
  std::optional<Error> failure_;
};

}  // namespace streamworker::kafka
