// What a worker takes from the registry topic, and what it does with entries of workers that are
// gone or of another version. The registry's own thread does it: each test polls for its outcome.
#include "app/registry.h"

#include <chrono>
#include <functional>
#include <thread>

#include "log/embedded/embedded.h"
#include "unit/catch.h"
#include "unit/store/folder.h"

namespace streamworker {
namespace {

using std::chrono::hours;

constexpr const char* kTopic = "app-workers";

void eventually(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK(done());
}

class World {
 public:
  World() {
    log = std::move(open_embedded(folder / "log").value());
    REQUIRE(log->create({kTopic, 1, 1, {}}).has_value());
  }
  // As a worker said it, so long ago.
  void said(const std::string& worker, const std::string& entry, Duration ago) {
    const auto producer = log->producer("");
    REQUIRE(producer->start().has_value());
    OutRecord record;
    record.timestamp = std::chrono::floor<std::chrono::milliseconds>(clock.wall() - ago);
    record.key = worker;
    record.value = entry;
    REQUIRE(producer->produce(kTopic, std::span(&record, 1)).has_value());
    REQUIRE(producer->flush().has_value());
  }
  // What the topic says of it last: "gone", its entry, or nothing.
  std::string last(const std::string& worker) {
    const auto consumer = log->consumer({});
    REQUIRE(consumer->fetch({{{kTopic, 0}, 0}}).has_value());
    std::string found;
    while (true) {
      const auto messages = consumer->take(0, 100);
      REQUIRE(messages.has_value());
      if (messages->empty()) return found;
      for (const Message& message : *messages)
        if (message.key == worker) found = message.value ? std::string(*message.value) : "gone";
    }
  }
  std::unique_ptr<Registry> open() {
    return std::make_unique<Registry>(*log, clock, tables, owners,
                                      Registry::Self{"app", "app-a", "here:1"});
  }
  std::string address(const std::string& worker) const {
    for (const query::WorkerStatus& one : owners.all())
      if (one.name == worker) return one.entry.address;
    return "";
  }

  const store::Folder folder;
  ManualClock clock{WallTime(hours(24 * 365 * 50))};
  std::unique_ptr<Log> log;
  const Plan plan;
  query::Tables tables{plan, clock};
  query::Owners owners{clock};
};

TEST_CASE("a worker hears of others, says itself, and that it ends") {
  World of;
  of.said("app-b", R"({"address":"there:2","tables":{}})", hours(1));
  auto registry = of.open();
  eventually([&] { return of.address("app-b") == "there:2"; });
  eventually([&] { return of.last("app-a").find("here:1") != std::string::npos; });
  registry.reset();
  CHECK(of.last("app-a") == "gone");
  CHECK(of.last("app-b").find("there:2") != std::string::npos);
}

TEST_CASE(
    "who has said nothing for a day is taken out; what cannot be read stays, and is not asked") {
  World of;
  const std::string newer = R"({"format":2})";
  of.said("app-old", R"({"address":"there:2","tables":{}})", hours(25));
  of.said("app-newer", R"({"address":"there:3","tables":{}})", hours(2));
  of.said("app-newer", newer, hours(1));
  const auto registry = of.open();
  eventually([&] { return of.last("app-old") == "gone"; });
  eventually([&] { return of.address("app-newer").empty(); });
  eventually([&] { return of.last("app-a").find("here:1") != std::string::npos; });
  CHECK(of.last("app-newer") == newer);
}

}  // namespace
}  // namespace streamworker
