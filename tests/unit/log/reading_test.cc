// The contract of reading and of topics, on every log.
#include <thread>

#include "unit/catch.h"
#include "unit/log/fixture.h"

namespace streamworker {
namespace {

using Values = std::vector<std::string>;

Values numbers(int from, int to) {
  Values all;
  for (int i = from; i < to; ++i) all.push_back(std::to_string(i));
  return all;
}

TEST_CASE("log: reads begin where they are asked to") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 2);
  log.put({topic, 0}, numbers(0, 500));
  log.put({topic, 1}, numbers(1000, 1010));
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 1}, 4}, {{topic, 0}, 123}}));
  CHECK(values(take(*consumer, 0, 6)) == numbers(1004, 1010));
  const auto got = take(*consumer, 1, 377);
  CHECK(values(got) == numbers(123, 500));
  CHECK(got.front().offset == 123);
  REQUIRE(consumer->known_end(1).has_value());
  CHECK(*consumer->known_end(1) >= 500);
}

TEST_CASE("log: a fetch ends the one before it") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 2);
  log.put({topic, 0}, numbers(0, 100));
  log.put({topic, 1}, numbers(100, 200));
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  CHECK(take(*consumer, 0, 10).size() == 10);
  require(consumer->fetch({{{topic, 1}, 50}}));
  CHECK(values(take(*consumer, 0, 50)) == numbers(150, 200));
  require(consumer->fetch({{{topic, 1}, 50}, {{topic, 0}, 3}}));
  CHECK(values(take(*consumer, 1, 97)) == numbers(3, 100));
  CHECK(values(take(*consumer, 0, 50)) == numbers(150, 200));
  require(consumer->fetch({}));
  CHECK(!consumer->take(0, 1));
}

// librdkafka 2.0 aborts the process when an assignment follows another before the partitions of the
// one before that have stopped.
TEST_CASE("log: fetches that follow each other at once") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 4);
  std::vector<Position> all;
  for (int32_t i = 0; i < 4; ++i) {
    log.put({topic, i}, numbers(0, 10));
    all.push_back({{topic, i}, 0});
  }
  auto consumer = log.consumer();
  for (int i = 0; i < 500; ++i) {
    require(consumer->fetch(all));
    require(consumer->fetch({all[0], all[1]}));
    require(consumer->fetch({}));
  }
  require(consumer->fetch(all));
  for (size_t i = 0; i < all.size(); ++i) CHECK(values(take(*consumer, i, 10)) == numbers(0, 10));
}

// Behind the last record lies the marker of its transaction, which only the end's message passes.
TEST_CASE("log: the end of a partition is told again after another fetch, taken or not") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  log.put({topic, 0}, numbers(0, 10));
  const Offset end = log->watermarks({topic, 0}).value().end;
  auto consumer = log.consumer();
  const bool taken = GENERATE(false, true);
  const auto at_end = [&] {
    CHECK(consumer->take(0, 10).value().empty());
    consumer->wait(std::chrono::milliseconds(50));
    return consumer->position(0) == end;
  };
  require(consumer->fetch({{{topic, 0}, 10}}));
  if (taken)
    eventually(at_end);
  else
    for (int i = 0; i < 3; ++i) consumer->wait(std::chrono::milliseconds(300));
  require(consumer->fetch({{{topic, 0}, 10}}));
  eventually(at_end);
}

TEST_CASE("log: take gives no more than it was asked for, and loses nothing") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  Values expected;
  for (int i = 0; i < 2000; ++i)
    expected.push_back(std::string(i % 7 * 40, 'x') + std::to_string(i));
  log.put({topic, 0}, expected);
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  CHECK(consumer->take(0, 0).value().empty());
  Values got;
  for (size_t max = 1; got.size() < expected.size(); max = max % 97 + 1) {
    const auto some = take(*consumer, 0, std::min(max, expected.size() - got.size()));
    CHECK(some.front().offset == static_cast<Offset>(got.size()));
    for (const auto& value : values(some)) got.push_back(value);
  }
  CHECK(got == expected);
}

TEST_CASE("log: an offset out of range stops") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  log.put({topic, 0}, {"a"});
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 1000}}));
  std::optional<Error> error;
  eventually([&] {
    require(consumer->poll());
    auto taken = consumer->take(0, 1);
    if (!taken) error = taken.error();
    if (!error) consumer->wait(std::chrono::milliseconds(20));
    return error.has_value();
  });
  CHECK(error->remedy == Remedy::Stop);
  CHECK(error->message.find("1000") != std::string::npos);
}

TEST_CASE("log: deleted records are out of range, and the start says so") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 2);
  log.put({topic, 0}, numbers(0, 100));
  const Offset end = log->watermarks({topic, 0}).value().end;
  CHECK(end >= 100);
  require(log->delete_records({{{topic, 0}, 40}, {{topic, 1}, 0}}));
  CHECK(log->watermarks({topic, 0}).value().start == 40);
  CHECK(log->watermarks({topic, 1}).value().start == 0);
  require(log->delete_records({{{topic, 0}, 30}}));
  CHECK(log->watermarks({topic, 0}).value().start == 40);
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 40}}));
  CHECK(values(take(*consumer, 0, 60)) == numbers(40, 100));
  // Well beyond: on Kafka the markers of the last commits may come after `end` was asked for.
  CHECK(!log->delete_records({{{topic, 0}, end + 1000}}));
}

TEST_CASE("log: a wake ends the wait under way or the next one") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  consumer->wake();
  consumer->wait(std::chrono::hours(1));
  std::thread other([&] { consumer->wake(); });
  consumer->wait(std::chrono::hours(1));
  other.join();
}

TEST_CASE("log: a commit ends the wait of a reader") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  std::thread other([&] { log.put({topic, 0}, {"a"}); });
  size_t got = 0;
  while (got == 0) {
    consumer->wait(std::chrono::hours(1));
    require(consumer->poll());
    got = consumer->take(0, 10).value().size();
  }
  other.join();
  CHECK(got == 1);
}

TEST_CASE("log: topics") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string unknown = log.unique("unknown");
  CHECK(log->describe(unknown).value() == std::nullopt);
  CHECK(!log->watermarks({unknown, 0}));
  const std::string topic = log.topic("data", 3);
  const auto info = log->describe(topic);
  REQUIRE(info.value().has_value());
  CHECK(info.value()->partitions == 3);
  CHECK(info.value()->max_message_bytes >= 1000000);
  require(log->create({.name = topic, .partitions = 3, .replication = {}, .settings = {}}));
  const auto marks = log->watermarks({topic, 2});
  INFO((marks ? std::string() : marks.error().message));
  REQUIRE(marks);
  CHECK(marks->start == 0);
  CHECK(marks->end == 0);
  NewTopic limited{
      .name = log.unique("limited"), .partitions = 1, .replication = {}, .settings = {}};
  limited.settings["max.message.bytes"] = "5000";
  require(log->create(limited));
  CHECK(log->describe(limited.name).value()->max_message_bytes == 5000);
}

TEST_CASE("log: a topic is set to be compacted, and its other settings stay") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.unique("settings");
  require(log->create({.name = topic,
                       .partitions = 2,
                       .replication = {},
                       .settings = {{"max.message.bytes", "77777"}}}));
  const auto info = [&] { return log->describe(topic).value().value(); };
  CHECK_FALSE(info().compacted);
  require(log->set(topic, {{"cleanup.policy", "compact"}}));
  eventually([&] { return info().compacted; });
  CHECK(info().max_message_bytes == 77777);
  CHECK(info().partitions == 2);
  CHECK(info().tombstones_stay == std::chrono::hours(24));
  require(log->set(topic, {{"cleanup.policy", "compact,delete"}, {"retention.ms", "-1"}}));
  auto writer = log.producer("keyed");
  for (const char* key : {"a", "b", "c"}) {
    OutRecord one = record(0, key);
    one.key = key;
    require(writer->produce(topic, std::span(&one, 1)));
  }
  require(writer->commit({}, *log.outsider("keyed")));
  eventually([&] { return log->delete_records({{{topic, 0}, 2}}).has_value(); });
  CHECK(log->watermarks({topic, 0}).value().start == 2);
  CHECK(info().compacted);
  CHECK_FALSE(log->set(log.unique("nothing"), {{"cleanup.policy", "compact"}}));
}

}  // namespace
}  // namespace streamworker
