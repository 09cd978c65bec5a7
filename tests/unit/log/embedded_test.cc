// What only the embedded log promises.
#include "log/embedded/embedded.h"

#include <atomic>
#include <thread>

#include "rocks/database.h"
#include "unit/catch.h"
#include "unit/log/fixture.h"

namespace streamworker {
namespace {

TEST_CASE("embedded log: identity and name") {
  const Folder folder;
  std::string first;
  {
    auto log = open_embedded(folder.path());
    REQUIRE(log);
    first = (*log)->incarnation();
    CHECK(first.size() == 32);
    CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK((*log)->name() == "embedded log in " + folder.path());
  }
  auto again = open_embedded(folder.path());
  CHECK(again.value()->incarnation() == first);
  const Folder other;
  CHECK(open_embedded(other.path()).value()->incarnation() != first);
}

TEST_CASE("embedded log: a newer format is refused") {
  const Folder folder;
  REQUIRE(open_embedded(folder.path()));
  {
    auto database = rocks::Database::open(folder.path(), {});
    rocks::Batch batch;
    batch.put("f", "2");
    require(database.value().write(batch));
  }
  auto log = open_embedded(folder.path());
  REQUIRE(!log);
  CHECK(log.error().remedy == Remedy::Stop);
  CHECK(log.error().message ==
        "the log in " + folder.path() +
            " has format 2, and this streamworker knows format 1 only: start the one that wrote "
            "it, or choose another folder");
}

TEST_CASE("embedded log: topics and offsets go on after opening again") {
  TestLog log({"embedded", open_embedded});
  const std::string topic = log.topic("data", 2);
  log.put({topic, 0}, {"a", "b", "c"});
  log.put({topic, 1}, {"d", "e"});
  require(log->delete_records({{{topic, 0}, 2}, {{topic, 1}, 2}}));
  log.reopen();
  const std::string more = log.topic("more", 1);
  log.put({more, 0}, {"of more"});
  CHECK(log->watermarks({topic, 0}).value().start == 2);
  CHECK(log->watermarks({topic, 0}).value().end == 3);
  CHECK(log->watermarks({topic, 1}).value().start == 2);
  CHECK(log->watermarks({topic, 1}).value().end == 2);
  log.put({topic, 1}, {"f"});
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 1}, 2}, {{topic, 0}, 2}}));
  CHECK(take(*consumer, 0, 1)[0].offset == 2);
  CHECK(values(take(*consumer, 1, 1)) == std::vector<std::string>{"c"});
}

TEST_CASE("embedded log: what is not there is an error that says so") {
  TestLog log({"embedded", open_embedded});
  const std::string topic = log.topic("data", 1);
  auto consumer = log.consumer();
  CHECK(consumer->fetch({{{"nope", 0}, 0}}).error().message == "there is no nope[0]");
  CHECK(consumer->fetch({{{topic, 1}, 0}}).error().message == "there is no " + topic + "[1]");
  CHECK(log.producer("a")->produce("nope", {}).error().message == "there is no topic nope");
  std::vector<OutRecord> records{record(1, "x")};
  auto producer = log.producer("b");
  CHECK(producer->produce(topic, records).error().message == "there is no " + topic + "[1]");
  CHECK(!producer->flush());
  CHECK(!log->create({.name = "none", .partitions = 0, .replication = {}, .settings = {}}));
  CHECK(!log->create({.name = "", .partitions = 1, .replication = {}, .settings = {}}));
}

TEST_CASE("embedded log: a record over the topic's limit is refused") {
  TestLog log({"embedded", open_embedded});
  const std::string topic = log.topic("data", 1);
  const std::string large(1048589, 'x');
  std::vector<OutRecord> records{record(0, std::string_view(large).substr(1))};
  require(log.producer("a")->produce(topic, records));
  records = {record(0, large)};
  CHECK(!log.producer("b")->produce(topic, records));
}

TEST_CASE("embedded log: records deleted under a reader are out of its range") {
  TestLog log({"embedded", open_embedded});
  const std::string topic = log.topic("data", 1);
  log.put({topic, 0}, {"a", "b", "c", "d"});
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}}));
  CHECK(take(*consumer, 0, 1).size() == 1);
  require(log->delete_records({{{topic, 0}, 3}}));
  CHECK(consumer->take(0, 1).error().remedy == Remedy::Stop);
  require(consumer->fetch({{{topic, 0}, 3}}));
  CHECK(values(take(*consumer, 0, 1)) == std::vector<std::string>{"d"});
}

// Each commits what it adds to its own partition and to a common one.
void write(TestLog& log, const std::string& topic, int32_t own, int transactions) {
  auto producer = log->producer("writer " + std::to_string(own));
  auto group = log->consumer({})->group();
  bool good = producer->start().has_value();
  for (int n = 0; n < transactions; ++n) {
    const std::string value = std::to_string(n);
    const std::vector<OutRecord> records{record(own, value), record(0, value)};
    good = good && producer->produce(topic, records) && producer->commit({}, *group);
  }
  if (!good) std::abort();
}

TEST_CASE("embedded log: threads write and read at the same time") {
  constexpr int kTransactions = 500;
  TestLog log({"embedded", open_embedded});
  const std::string topic = log.topic("data", 3);
  std::thread one([&] { write(log, topic, 1, kTransactions); });
  std::thread two([&] { write(log, topic, 2, kTransactions); });
  auto consumer = log.consumer();
  require(consumer->fetch({{{topic, 0}, 0}, {{topic, 1}, 0}, {{topic, 2}, 0}}));
  std::vector<std::string> expected;
  for (int n = 0; n < kTransactions; ++n) expected.push_back(std::to_string(n));
  const auto common = take(*consumer, 0, 2UL * kTransactions);
  CHECK(common.back().offset == 2 * kTransactions - 1);
  CHECK(values(take(*consumer, 1, kTransactions)) == expected);
  CHECK(values(take(*consumer, 2, kTransactions)) == expected);
  one.join();
  two.join();
}

// A member of a group that counts how many own a partition, and comes and goes.
class Passer final : public RebalanceListener {
 public:
  explicit Passer(std::atomic<int>& owners) : owners_(owners) {}
  void on_assigned(const std::vector<TopicPartition>& partitions) override {
    if (!partitions.empty() && ++owners_ > 1) std::abort();
    if (!partitions.empty()) ++turns;
  }
  void on_revoked(const std::vector<TopicPartition>& partitions, bool) override {
    if (!partitions.empty()) --owners_;
  }
  int turns = 0;

 private:
  std::atomic<int>& owners_;
};

TEST_CASE("embedded log: threads that come and go never own a partition together") {
  TestLog log({"embedded", open_embedded});
  const std::string topic = log.topic("data", 1);
  std::atomic<int> owners = 0;
  const auto pass = [&](const std::string& name) {
    for (int i = 0; i < 50; ++i) {
      Passer passer(owners);
      auto consumer = log.consumer("group", name);
      if (!consumer->subscribe({topic}, passer)) std::abort();
      while (passer.turns == 0) {
        if (!consumer->poll()) std::abort();
        if (passer.turns == 0) consumer->wait(std::chrono::hours(1));
      }
      consumer->close({});
    }
  };
  std::thread one([&] { pass("one"); });
  std::thread two([&] { pass("two"); });
  one.join();
  two.join();
  CHECK(owners == 0);
}

}  // namespace
}  // namespace streamworker
