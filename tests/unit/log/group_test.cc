// The contract of consumer groups, on every log.
#include <algorithm>

#include "unit/catch.h"
#include "unit/log/fixture.h"

namespace streamworker {
namespace {

using Partitions = std::vector<TopicPartition>;

// Who owns what, as the listeners of all members were told.
class Owners {
 public:
  void assign(const std::string& member, const Partitions& partitions) {
    for (const auto& at : partitions) {
      INFO(to_string(at) << " for " << member << ", owned by " << owners_[at]);
      CHECK(owners_[at].empty());
      owners_[at] = member;
    }
  }
  void revoke(const Partitions& partitions) {
    for (const auto& at : partitions) owners_[at].clear();
  }

 private:
  std::map<TopicPartition, std::string> owners_;
};

class TestMember final : public RebalanceListener {
 public:
  TestMember(TestLog& log, Owners& owners, std::string name)
      : owners_(owners), name_(std::move(name)), consumer_(log.consumer("group", name_)) {}

  void on_assigned(const Partitions& partitions) override {
    owners_.assign(name_, partitions);
    mine = partitions;
    std::sort(mine.begin(), mine.end());
  }
  void on_revoked(const Partitions& partitions, bool lost) override {
    CHECK(!lost);
    if (before_revoked) before_revoked();
    owners_.revoke(partitions);
    mine.clear();
  }
  Consumer& operator*() { return *consumer_; }
  Consumer* operator->() { return consumer_.get(); }
  void poll() {
    require(consumer_->poll());
    consumer_->wait(std::chrono::milliseconds(5));
  }

  Partitions mine;
  std::function<void()> before_revoked;

 private:
  Owners& owners_;
  std::string name_;
  std::unique_ptr<Consumer> consumer_;
};

Partitions range(const std::string& topic, int32_t from, int32_t to) {
  Partitions all;
  for (; from < to; ++from) all.push_back({topic, from});
  return all;
}

Partitions joined(Partitions a, const Partitions& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST_CASE("log: members share partitions by range, and nobody owns one twice") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string a = log.topic("a", 5);
  const std::string b = log.topic("b", 4);
  Owners owners;
  TestMember two(log, owners, "two");
  TestMember one(log, owners, "one");
  require(two->subscribe({b, a}, two));
  eventually([&] { return two.poll(), two.mine == joined(range(a, 0, 5), range(b, 0, 4)); });
  require(one->subscribe({a, b}, one));
  eventually([&] {
    one.poll();
    two.poll();
    return one.mine == joined(range(a, 0, 3), range(b, 0, 2)) &&
           two.mine == joined(range(a, 3, 5), range(b, 2, 4));
  });
  one->close(std::chrono::seconds(10));
  CHECK(one.mine.empty());
  eventually([&] { return two.poll(), two.mine == joined(range(a, 0, 5), range(b, 0, 4)); });
  two->close(std::chrono::seconds(10));
}

TEST_CASE("log: the members of a group are counted, also of one that nobody knows") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  Owners owners;
  TestMember one(log, owners, "one");
  CHECK(log->members(log.unique("group")).value() == 0);
  require(one->subscribe({topic}, one));
  eventually([&] { return one.poll(), !one.mine.empty(); });
  CHECK(log->members(log.unique("group")).value() == 1);
  one->close(std::chrono::seconds(10));
  eventually([&] { return log->members(log.unique("group")).value() == 0; });
}

TEST_CASE("log: what is committed while revoking is seen by the next owner") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 1);
  Owners owners;
  TestMember two(log, owners, "two");
  TestMember one(log, owners, "one");
  require(two->subscribe({topic}, two));
  eventually([&] { return two.poll(), !two.mine.empty(); });
  auto producer = log.producer("writer");
  two.before_revoked = [&] {
    if (two.mine.empty()) return;
    require(producer->commit({{{topic, 0}, 42, "last"}}, *two->group()));
  };
  require(one->subscribe({topic}, one));
  eventually([&] {
    one.poll();
    two.poll();
    return !one.mine.empty();
  });
  CHECK(log.committed("group", {{topic, 0}})[0].offset == 42);
  one->close(std::chrono::seconds(10));
  two->close(std::chrono::seconds(10));
}

TEST_CASE("log: a commit of an earlier generation is refused, with its records") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 2);
  Owners owners;
  TestMember one(log, owners, "one");
  TestMember two(log, owners, "two");
  require(one->subscribe({topic}, one));
  eventually([&] { return one.poll(), one.mine.size() == 2; });
  const auto stale = one->group();
  require(two->subscribe({topic}, two));
  eventually([&] {
    one.poll();
    two.poll();
    return one.mine.size() == 1 && two.mine.size() == 1;
  });
  auto producer = log.producer("writer");
  produce(*producer, {topic, 0}, {"refused"});
  CHECK(!producer->commit({{{topic, 0}, 1, ""}}, *stale));
  producer.reset();
  producer = log.producer("writer");
  produce(*producer, {topic, 0}, {"taken"});
  require(producer->commit({{{topic, 0}, 2, ""}}, *one->group()));
  CHECK(log.committed("group", {{topic, 0}})[0].offset == 2);
  auto reader = log.consumer();
  require(reader->fetch({{{topic, 0}, 0}}));
  CHECK(values(take(*reader, 0, 1)) == std::vector<std::string>{"taken"});

  const auto left = two->group();
  two->close(std::chrono::seconds(10));
  auto other = log.producer("other writer");
  CHECK(!other->commit({{{topic, 1}, 9, ""}}, *left));
  one->close(std::chrono::seconds(10));
}

TEST_CASE("log: a member reads what it was assigned") {
  TestLog log(GENERATE(from_range(implementations())));
  const std::string topic = log.topic("data", 2);
  log.put({topic, 1}, {"a", "b"});
  Owners owners;
  TestMember one(log, owners, "one");
  require(one->subscribe({topic}, one));
  eventually([&] { return one.poll(), one.mine.size() == 2; });
  require(one->fetch({{{topic, 0}, 0}, {{topic, 1}, 1}}));
  CHECK(values(take(*one, 1, 1)) == std::vector<std::string>{"b"});
  one->close(std::chrono::seconds(10));
}

TEST_CASE("log: a topic that does not exist cannot be subscribed to") {
  TestLog log(GENERATE(from_range(implementations())));
  if (log->incarnation().empty()) return;  // a server answers later
  Owners owners;
  TestMember one(log, owners, "one");
  CHECK(!one->subscribe({log.unique("unknown")}, one));
}

}  // namespace
}  // namespace streamworker
