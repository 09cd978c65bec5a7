// The queue between a stream thread and a database that does what the test says.
#include "runtime/sink_thread.h"

#include <future>

#include "unit/catch.h"

namespace streamworker {
namespace {

// What it was asked to write, and what it answers.
struct Script {
  std::mutex mutex;
  std::vector<Offset> written;
  std::vector<Result<Written>> answers;  // of the next writes; then Done
  std::shared_future<void> gate;         // writes wait for it
};

class Scripted final : public Database {
 public:
  explicit Scripted(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  Result<std::vector<std::string>> prepare(const Table&) override {
    return std::vector<std::string>{};
  }
  Result<Claim> claim(const PartId&, std::optional<Offset> start) override {
    return Claim{start.has_value(), start.value_or(0), 1};
  }
  Result<Written> write(const Delivery& delivery, RowRefusals&) override {
    script_->gate.wait();
    const std::lock_guard lock(script_->mutex);
    script_->written.push_back(delivery.end);
    if (script_->answers.empty()) return Written::Done;
    Result<Written> answer = script_->answers.front();
    script_->answers.erase(script_->answers.begin());
    return answer;
  }
  void disconnect() override {}

 private:
  std::shared_ptr<Script> script_;
};

class NoRefusals final : public RowRefusals {
 public:
  Result<void> take(const PartId&, const Batch&, const std::vector<RefusedRow>&) override {
    return {};
  }
};

struct Fixture {
  Fixture() {
    script->gate = open.get_future().share();
    sink = std::make_unique<SinkThread>(
        "db", std::make_unique<Scripted>(script), clock,
        SinkThread::Meters{metrics.histogram("s", "", {}, {1}), metrics.counter("r", "")}, [] {});
  }
  // The replies, once there are `count`.
  std::vector<SinkReply> replies(size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::vector<SinkReply> all;
    while (all.size() < count && std::chrono::steady_clock::now() < deadline) {
      for (SinkReply& one : sink->replies()) all.push_back(std::move(one));
      std::this_thread::yield();
    }
    REQUIRE(all.size() == count);
    return all;
  }

  SystemClock clock;
  Metrics metrics;
  std::promise<void> open;
  std::shared_ptr<Script> script = std::make_shared<Script>();
  Table table{"t", Schema({{"id", {Type::String}, false}}), true, {0}, {}, false};
  std::shared_ptr<RowRefusals> refusals = std::make_shared<NoRefusals>();
  std::unique_ptr<SinkThread> sink;
};

TEST_CASE("what was handed over behind a batch that failed is never written") {
  Fixture it;
  it.script->answers.emplace_back(stop("1406: too long"));
  it.sink->claim(1, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  CHECK(it.replies(1)[0].what == SinkReply::What::Claimed);
  it.sink->write(1, nullptr, 20);
  it.sink->write(1, nullptr, 30);
  it.open.set_value();
  CHECK(it.replies(1)[0].what == SinkReply::What::Failed);
  it.sink->write(1, nullptr, 40);
  it.sink->claim(2, {"app", "p/u", "data", 0, "me", ""}, it.table, 0, it.refusals);
  CHECK(it.replies(1)[0].part == 2);
  const std::lock_guard lock(it.script->mutex);
  CHECK(it.script->written == std::vector<Offset>{20});
}

TEST_CASE("a batch that failed for a while is tried again as it is, before the next") {
  Fixture it;
  it.script->answers.emplace_back(retry("2006: gone away"));
  it.sink->claim(1, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  (void)it.replies(1);
  it.sink->write(1, nullptr, 20);
  it.sink->write(1, nullptr, 30);
  it.open.set_value();
  const auto replies = it.replies(2);
  CHECK(replies[0].end == 20);
  CHECK(replies[1].end == 30);
  CHECK_FALSE(it.sink->away().has_value());
  const std::lock_guard lock(it.script->mutex);
  CHECK(it.script->written == std::vector<Offset>{20, 20, 30});
}

}  // namespace
}  // namespace streamworker
