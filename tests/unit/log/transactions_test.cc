// The contract of Producer, on every log.
#include "unit/catch.h"
#include "unit/log/fixture.h"

namespace streamworker {
namespace {

using Values = std::vector<std::string>;

TEST_CASE("log: records are visible after the commit, not before") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 2);
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}, {{topic, 1}, 0}}));
  auto producer = log.producer("writer");
  produce(*producer, {topic, 0}, {"a", "b"});
  produce(*producer, {topic, 1}, {"c"});
  log.put({topic, 1}, {"of another"});
  consumer->wait(std::chrono::milliseconds(1));
  CHECK(consumer->take(0, 10).value().empty());
  require(producer->commit({}, *log.outsider("nobody")));
  CHECK(values(take(*consumer, 0, 2)) == Values{"a", "b"});
  CHECK(take(*consumer, 1, 2).size() == 2);
}

TEST_CASE("log: transactions follow each other in a partition") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  auto producer = log.producer("writer");
  Values expected;
  for (int i = 0; i < 20; ++i) {
    expected.push_back(std::to_string(i));
    produce(*producer, {topic, 0}, {expected.back()});
    require(producer->commit({}, *log.outsider("nobody")));
  }
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  CHECK(values(take(*consumer, 0, 20)) == expected);
}

TEST_CASE("log: a producer that goes away without a commit leaves nothing") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  {
    auto producer = log.producer("writer");
    produce(*producer, {topic, 0}, {"lost"});
  }
  auto producer = log.producer("writer");
  produce(*producer, {topic, 0}, {"kept"});
  require(producer->commit({}, *log.outsider("nobody")));
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  CHECK(values(take(*consumer, 0, 1)) == Values{"kept"});
}

TEST_CASE("log: a second producer with the same id fences the first") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  auto first = log.producer("writer");
  produce(*first, {topic, 0}, {"of the first"});
  auto second = log.producer("writer");
  auto other = log.producer("other writer");
  CHECK(!first->commit({{{topic, 0}, 7, ""}}, *log.outsider("group")));
  produce(*second, {topic, 0}, {"of the second"});
  require(second->commit({}, *log.outsider("group")));
  produce(*other, {topic, 0}, {"of the other"});
  require(other->commit({}, *log.outsider("group")));
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  CHECK(values(take(*consumer, 0, 2)) == Values{"of the second", "of the other"});
  CHECK(log.committed("group", {{topic, 0}})[0].offset == std::nullopt);
}

TEST_CASE("log: offsets and their metadata are committed with the records and stay") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 3);
  const std::string metadata = "3 \xc3\xa4;{}";
  {
    auto producer = log.producer("writer");
    produce(*producer, {topic, 2}, {"a"});
    require(producer->commit({{{topic, 0}, 5, "old"}, {{topic, 1}, 0, ""}}, *log.outsider("g")));
    require(producer->commit({{{topic, 0}, 6, metadata}}, *log.outsider("g")));
  }
  log.reopen();
  const auto stored = log.committed("g", {{topic, 2}, {topic, 1}, {topic, 0}});
  REQUIRE(stored.size() == 3);
  CHECK(stored[0].at == TopicPartition{topic, 2});
  CHECK(stored[0].offset == std::nullopt);
  CHECK(stored[1].offset == 0);
  CHECK(stored[1].metadata.empty());
  CHECK(stored[2].offset == 6);
  CHECK(stored[2].metadata == metadata);
  CHECK(log.committed("another", {{topic, 0}})[0].offset == std::nullopt);
}

TEST_CASE("log: without an id a record is visible once it is flushed") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  auto producer = log.producer("");
  produce(*producer, {topic, 0}, {"a", "b"});
  require(producer->flush());
  CHECK(log->watermarks({topic, 0}).value().end == 2);
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  CHECK(values(take(*consumer, 0, 2)) == Values{"a", "b"});
}

TEST_CASE("log: the position passes over what no reader gets, to the end that readers have") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  log.put({topic, 0}, {"a", "b"});
  {
    auto dropped = log.producer("writer");
    produce(*dropped, {topic, 0}, {"never seen"});
  }
  (void)log.producer("writer");  // settles what the one before left
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  CHECK(consumer->position(0) == 0);
  CHECK(values(take(*consumer, 0, 2)) == Values{"a", "b"});
  CHECK(consumer->position(0) >= 2);
  eventually([&] {
    require(consumer->poll());
    const auto more = consumer->take(0, 10);
    if (!more || !more->empty()) FAIL("there is nothing more to take");
    consumer->wait(std::chrono::milliseconds(20));
    return consumer->position(0) == log->watermarks({topic, 0}).value().end;
  });
  CHECK(log->stable_end({topic, 0}).value() == consumer->position(0));

  auto open = log.producer("another");
  produce(*open, {topic, 0}, {"not yet seen"});
  CHECK(log->stable_end({topic, 0}).value() == consumer->position(0));
  require(open->commit({}, *log.outsider("nobody")));
  // A broker writes the marker of a commit a moment after it said that it is done.
  eventually([&] { return log->stable_end({topic, 0}).value() > consumer->position(0); });
}

TEST_CASE("log: every part of a record arrives") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  const Headers headers{{"trace", "7"}, {"empty", ""}, {"null", std::nullopt}, {"trace", "8"}};
  std::vector<OutRecord> records(4);
  records[0].timestamp = EventTime(std::chrono::milliseconds(0));
  records[0].value = std::string_view("\0\xff", 2);
  records[1].timestamp = EventTime(std::chrono::milliseconds(1));
  records[1].key = "";
  records[1].value = "";
  records[2].timestamp = EventTime(std::chrono::milliseconds(1700000000123));
  records[2].key = "only a key";
  records[3] = record(0, "with headers");
  records[3].headers = &headers;
  auto producer = log.producer("writer");
  require(producer->produce(topic, records));
  require(producer->commit({}, *log.outsider("nobody")));

  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  const auto got = take(*consumer, 0, 4);
  CHECK(got[0].timestamp == 1);  // 0 means "now" to librdkafka
  CHECK(got[0].key == std::nullopt);
  CHECK(got[0].value == std::string("\0\xff", 2));
  CHECK(got[0].headers.empty());
  CHECK(got[1].timestamp == 1);
  CHECK(got[1].key == "");
  CHECK(got[1].value == "");
  CHECK(got[2].timestamp == 1700000000123);
  CHECK(got[2].key == "only a key");
  CHECK(got[2].value == std::nullopt);
  REQUIRE(got[3].headers.size() == 4);
  CHECK(got[3].headers[0] == std::pair(std::string("trace"), std::optional<std::string>("7")));
  CHECK(got[3].headers[1].second == "");
  CHECK(got[3].headers[2].second == std::nullopt);
  CHECK(got[3].headers[3].second == "8");
}

}  // namespace
}  // namespace streamworker
