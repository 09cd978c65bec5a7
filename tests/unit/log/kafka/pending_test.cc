// The group's offsets while a transaction has some of them: not settled, until it has ended.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "log/kafka/handles.h"
#include "unit/catch.h"
#include "unit/log/fixture.h"

namespace streamworker {
namespace {

constexpr int kPatienceMs = 30'000;

void require(rd_kafka_error_t* error) {
  const kafka::KafkaError owned(error);
  if (owned) FAIL(rd_kafka_error_string(owned.get()));
}

kafka::Handle transactional(const std::string& brokers, const std::string& id) {
  kafka::Conf conf(rd_kafka_conf_new());
  std::array<char, 256> why{};
  rd_kafka_conf_set(conf.get(), "bootstrap.servers", brokers.c_str(), why.data(), why.size());
  rd_kafka_conf_set(conf.get(), "transactional.id", id.c_str(), why.data(), why.size());
  kafka::Handle made(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), why.data(), why.size()));
  REQUIRE(made != nullptr);
  (void)conf.release();
  require(rd_kafka_init_transactions(made.get(), kPatienceMs));
  return made;
}

// A worker that sent an offset and has not committed.
kafka::Handle left_behind(const TestLog& log, const std::string& brokers,
                          const TopicPartition& at) {
  auto producer = transactional(brokers, log.unique("left"));
  require(rd_kafka_begin_transaction(producer.get()));
  const kafka::Partitions offsets(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(offsets.get(), at.topic.c_str(), at.partition)->offset = 9;
  const kafka::Owned<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy>
      group(rd_kafka_consumer_group_metadata_new(log.unique("group").c_str()));
  require(rd_kafka_send_offsets_to_transaction(producer.get(), offsets.get(), group.get(),
                                               kPatienceMs));
  return producer;
}

TEST_CASE("offsets in a transaction that is open are not told, and all others are") {
  const char* brokers = std::getenv("KAFKA_BROKERS");  // NOLINT(concurrency-mt-unsafe)
  if (brokers == nullptr) return;  // as in all tests of the log: on a server when there is one
  TestLog log(implementations().back());
  const std::string topic = log.topic("data", 3);
  const std::vector<TopicPartition> all = {{topic, 2}, {topic, 0}, {topic, 1}};
  auto writer = log.producer("writer");
  streamworker::require(
      writer->commit({{{topic, 0}, 5, "zero"}, {{topic, 1}, 6, "one"}}, *log.outsider("group")));
  const kafka::Handle left = left_behind(log, brokers, {topic, 0});

  auto asker = log.consumer("group");
  std::vector<Committed> told;
  eventually([&] {
    auto answer = asker->committed(all);
    if (answer) told = *answer;
    return answer && answer->size() == 2;
  });
  CHECK(told[0].at == TopicPartition{topic, 2});
  CHECK(told[0].offset == std::nullopt);
  CHECK(told[1].at == TopicPartition{topic, 1});
  CHECK(told[1].offset == 6);
  CHECK(told[1].metadata == "one");
  const auto refused = asker->all_committed(all);
  REQUIRE(!refused);
  CHECK(refused.error().remedy == Remedy::Retry);

  require(rd_kafka_commit_transaction(left.get(), kPatienceMs));
  eventually([&] {
    auto answer = asker->all_committed(all);
    if (answer) told = *answer;
    return answer.has_value();
  });
  CHECK(told[1].at == TopicPartition{topic, 0});
  CHECK(told[1].offset == 9);
}

}  // namespace
}  // namespace streamworker
