// The cluster as a Log: makes consumers and producers, and asks about topics.
#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

#include "log/kafka/admin.h"
#include "log/kafka/kafka.h"
#include "log/kafka/kafka_consumer.h"
#include "log/kafka/kafka_producer.h"
#include "log/kafka/settings.h"

namespace streamworker::kafka {

namespace {

using Pair = std::pair<const char*, std::string>;

constexpr int64_t kBatchBytes = 262'144;
constexpr int kStableEndMs = 1000;
constexpr size_t kMostKbytes = 2'097'151;  // librdkafka's bound

// The properties were tried at `open`, so a failure here is a client that ran out of something.
[[noreturn]] void cannot_make(const std::string& what, const std::string& why) {
  throw std::runtime_error("kafka: cannot make a " + what + ": " + why);
}

void set_all(Conf& conf, const std::string& what, std::span<const Pair> pairs) {
  for (const auto& [name, value] : pairs)
    if (auto done = set(conf, name, value); !done) cannot_make(what, done.error().message);
}

void on_error(rd_kafka_t* /*client*/, int code, const char* text, void* opaque) {
  static_cast<Connection*>(opaque)->heard(static_cast<rd_kafka_resp_err_t>(code), text);
}

// Of a client that asks and never joins a group. The properties were tried at `open`.
Conf asking_conf(const Settings& settings, const std::string& isolation) {
  Conf conf = base_conf(settings, "streamworker-admin");
  (void)apply_properties(conf, settings).has_value();
  const std::array<Pair, 2> owned = {
      {{"isolation.level", isolation}, {"allow.auto.create.topics", "false"}}};
  set_all(conf, "client", owned);
  return conf;
}

class KafkaLog final : public Log {
 public:
  // `connection` is what the client's error callback leads to.
  KafkaLog(Settings settings, std::unique_ptr<Connection> connection, Handle client)
      : settings_(std::move(settings)),
        client_(std::move(client)),
        connection_(std::move(connection)),
        admin_(client_.get(), *connection_) {
    connection_->watch(client_.get());
  }

  Result<std::optional<TopicInfo>> describe(const std::string& topic) override {
    auto found = admin_.describe(topic);
    if (found && *found)
      smallest_limit_ = std::min<int64_t>(smallest_limit_, (*found)->max_message_bytes);
    return found;
  }
  Result<void> create(const NewTopic& topic) override { return admin_.create(topic); }
  Result<void> set(const std::string& topic,
                   const std::map<std::string, std::string>& settings) override {
    return admin_.set(topic, settings);
  }
  Result<Watermarks> watermarks(const TopicPartition& of) override { return admin_.watermarks(of); }
  Result<Offset> stable_end(const TopicPartition& of) override;
  std::string away() const override { return connection_->away(); }
  Result<void> delete_records(const std::vector<Position>& below) override {
    return admin_.delete_records(below);
  }
  Result<int> members(const std::string& group) override { return admin_.members(group); }
  std::string incarnation() const override { return {}; }
  std::string name() const override { return "kafka " + settings_.brokers; }

  std::unique_ptr<Consumer> consumer(const ConsumerSettings& wanted) override;
  std::unique_ptr<Producer> producer(const std::string& transactional_id,
                                     const std::vector<std::string>& followed) override;

 private:
  Settings settings_;
  Handle client_;  // reads uncommitted and creates no topics
  std::unique_ptr<Connection> connection_;
  Admin admin_;
  std::mutex committed_mutex_;
  Handle committed_;  // reads committed; made when it is first needed
  // Of the topics that were described: what a batch of records must fit in.
  std::atomic<int64_t> smallest_limit_{kBatchBytes};
};

// On a handle that reads committed, the end is that of the last settled transaction.
Result<Offset> KafkaLog::stable_end(const TopicPartition& of) {
  const std::lock_guard lock(committed_mutex_);
  if (!committed_) {
    auto made = make_handle(RD_KAFKA_CONSUMER, asking_conf(settings_, "read_committed"));
    if (!made) return made.error();
    committed_ = std::move(*made);
  }
  return offset_at(committed_.get(), of, Edge::End, kStableEndMs);
}

// Three layers: our choices, the user's properties, and what the worker owns.
std::unique_ptr<Consumer> KafkaLog::consumer(const ConsumerSettings& wanted) {
  Conf conf = base_conf(settings_, wanted.client_id);
  const std::array<Pair, 5> choices = {{
      {"session.timeout.ms", "10000"},
      // Members hear of a rebalance with their next heartbeat, and until then all wait for each.
      {"heartbeat.interval.ms", "1000"},
      {"queued.min.messages", "1000000"},
      {"queued.max.messages.kbytes",
       std::to_string(std::clamp<size_t>(wanted.fetch_bytes >> 10, 1, kMostKbytes))},
      {"fetch.wait.max.ms", "100"},
  }};
  set_all(conf, "consumer", choices);
  // It may not be shorter than a session of the user's.
  if (!settings_.properties.contains("session.timeout.ms"))
    set_all(conf, "consumer",
            std::array<Pair, 1>{
                {{"max.poll.interval.ms",
                  std::to_string(wanted.longest_turn / std::chrono::milliseconds(1))}}});
  set_if_known(conf, "fetch.queue.backoff.ms", "10");
  if (auto done = apply_properties(conf, settings_); !done)
    cannot_make("consumer", done.error().message);
  const std::array<Pair, 7> owned = {{
      {"group.id", wanted.group},
      {"enable.partition.eof", "true"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_committed"},
      {"partition.assignment.strategy", "range"},
  }};
  set_all(conf, "consumer", owned);
  if (!wanted.instance.empty()) {
    const std::array<Pair, 1> instance = {{{"group.instance.id", wanted.instance}}};
    set_all(conf, "consumer", instance);
  }
  std::string why;
  auto made = KafkaConsumer::create(std::move(conf), wanted.group, *connection_, &why);
  if (!made) cannot_make("consumer", why);
  return made;
}

std::unique_ptr<Producer> KafkaLog::producer(const std::string& transactional_id,
                                             const std::vector<std::string>& followed) {
  Conf conf = base_conf(settings_, transactional_id.empty() ? "streamworker" : transactional_id);
  const std::array<Pair, 9> choices = {{
      {"compression.codec", "lz4"},
      {"linger.ms", "20"},
      {"batch.size", std::to_string(smallest_limit_)},
      {"batch.num.messages", "20000"},
      {"message.max.bytes", "16777216"},  // the topic's own limit is checked before (DESIGN 4.10)
      {"queue.buffering.max.messages", "500000"},
      {"queue.buffering.max.kbytes", "131072"},
      {"message.timeout.ms", "9000"},
      {"delivery.report.only.error", followed.empty() ? "true" : "false"},
  }};
  set_all(conf, "producer", choices);
  if (auto done = apply_properties(conf, settings_); !done)
    cannot_make("producer", done.error().message);
  const std::array<Pair, 1> owned = {{{"enable.idempotence", "true"}}};
  set_all(conf, "producer", owned);
  if (!transactional_id.empty()) {
    const std::array<Pair, 2> transactional = {
        {{"transactional.id", transactional_id}, {"transaction.timeout.ms", "10000"}}};
    set_all(conf, "producer", transactional);
  }
  std::string why;
  auto made = KafkaProducer::create(conf.get(), !transactional_id.empty(), *connection_, &why);
  if (!made) cannot_make("producer", why);
  for (const std::string& topic : followed) made->follow(topic);
  (void)conf.release();
  return made;
}

}  // namespace

Result<std::unique_ptr<Log>> open(const Settings& settings) {
  Conf tried = base_conf(settings, "streamworker-admin");
  if (auto done = apply_properties(tried, settings); !done) return done.error();
  auto connection = std::make_unique<Connection>();
  Conf conf = asking_conf(settings, "read_uncommitted");
  rd_kafka_conf_set_opaque(conf.get(), connection.get());
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  auto client = make_handle(RD_KAFKA_CONSUMER, std::move(conf));
  if (!client) return client.error();
  return std::unique_ptr<Log>(
      std::make_unique<KafkaLog>(settings, std::move(connection), std::move(*client)));
}

}  // namespace streamworker::kafka
