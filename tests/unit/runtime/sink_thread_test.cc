// The queue between a stream thread and a database that does what the test says.
#include "runtime/sink_thread.h"

#include <future>

#include "runtime/database_output.h"
#include "unit/catch.h"

namespace streamworker {
namespace {

// What it was asked to do, and what it answers.
struct Script {
  std::mutex mutex;
  std::vector<Offset> written;
  int prepared = 0;
  std::vector<Result<Written>> answers;  // of the next writes; then Done
  std::vector<Error> refused;            // of the next preparations; then fine
  Trouble trouble = Trouble::Unknown;    // of each error
  std::shared_future<void> gate;         // writes wait for it
};

class Scripted final : public Database {
 public:
  explicit Scripted(std::shared_ptr<Script> script) : script_(std::move(script)) {}
  Result<std::vector<std::string>> prepare(const Table&) override {
    const std::lock_guard lock(script_->mutex);
    trouble_ = script_->trouble;
    ++script_->prepared;
    if (script_->refused.empty()) return std::vector<std::string>{};
    const Error error = script_->refused.front();
    script_->refused.erase(script_->refused.begin());
    return error;
  }
  Result<Claim> claim(const PartId&, std::optional<Offset> start) override {
    return Claim{start.has_value(), start.value_or(0), 1};
  }
  Result<Written> write(const Delivery& delivery, RowRefusals&) override {
    script_->gate.wait();
    const std::lock_guard lock(script_->mutex);
    trouble_ = script_->trouble;
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
    sink = std::make_unique<SinkThread>("db", std::make_unique<Scripted>(script), clock,
                                        SinkThread::Meters(metrics, "db"), [] {});
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
  CHECK(it.replies(1)[0].what == SinkReply::What::Stopped);
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
  CHECK_FALSE(it.sink->waits().has_value());
  const std::lock_guard lock(it.script->mutex);
  CHECK(it.script->written == std::vector<Offset>{20, 20, 30});
}

TEST_CASE("a part that is paused while it is left behind drops what it handed over") {
  Fixture it;
  it.open.set_value();
  it.script->answers.assign(1000, retry("1205: lock wait timeout"));
  DatabaseOutput part({"app", "p/t", "data", 0, "me", ""}, {*it.sink, it.table, it.refusals}, {},
                      {it.metrics.histogram("rows", "", {}, {1}), it.metrics.counter("all", "")});
  const auto answer = [&] {
    auto replies = it.replies(1);
    REQUIRE(part.on_reply(std::move(replies[0]), it.clock.steady()).has_value());
  };
  REQUIRE(part.claim(10).has_value());
  answer();
  REQUIRE(part.flush(20).has_value());
  part.leave_behind();
  REQUIRE(part.apply({{}, true}).has_value());
  answer();  // of a claim: the write fails for ever
  CHECK(part.unknown());
  CHECK_FALSE(part.waiting());
}

// One batch is refused for a while, `times` in a row.
void fail_for_a_while(Fixture& it, Trouble trouble, int times) {
  it.script->trouble = trouble;
  for (int i = 0; i < times; ++i) it.script->answers.emplace_back(retry("for a while"));
  it.sink->claim(1, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  (void)it.replies(1);
  it.sink->write(1, nullptr, 20);
  it.open.set_value();
  CHECK(it.replies(1)[0].what == SinkReply::What::Written);
}

double retries(Fixture& it, const std::string& kind) {
  return it.metrics.counter("sink_retries_total", "", {{"database", "db"}, {"class", kind}})
      .value();
}

TEST_CASE("each class of errors is counted for itself") {
  const auto [trouble, kind] =
      GENERATE(std::pair(Trouble::Busy, "busy"), std::pair(Trouble::Away, "away"),
               std::pair(Trouble::Refusals, "dead_letters"));
  Fixture it;
  fail_for_a_while(it, trouble, 3);
  CHECK(retries(it, kind) == 3);
  CHECK(retries(it, "unknown") == 0);
  CHECK_FALSE(it.sink->waits().has_value());
}

TEST_CASE("a table is checked again after the connection was lost, and only then") {
  const auto [trouble, times] = GENERATE(std::pair(Trouble::Busy, 1), std::pair(Trouble::Away, 2));
  Fixture it;
  fail_for_a_while(it, trouble, 1);
  it.sink->write(1, nullptr, 30);
  (void)it.replies(1);
  const std::lock_guard lock(it.script->mutex);
  CHECK(it.script->prepared == times);
}

// Polls until it says why batches wait.
SinkThread::Waits waits(Fixture& it) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!it.sink->waits() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  REQUIRE(it.sink->waits().has_value());
  return *it.sink->waits();
}

TEST_CASE("why batches wait is said while they do, and not for another's sake") {
  const auto [trouble, words] = GENERATE(std::pair(Trouble::Busy, "database db busy: 1114: full"),
                                         std::pair(Trouble::Away, "database db away: 1114: full"));
  Fixture it;
  it.script->trouble = trouble;
  for (int i = 0; i < 3; ++i) it.script->answers.emplace_back(retry("1114: full"));
  it.sink->claim(1, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  (void)it.replies(1);
  it.sink->write(1, nullptr, 20);
  it.open.set_value();
  CHECK(waits(it).in_words("db") == words);
  (void)it.replies(1);
  CHECK_FALSE(it.sink->waits().has_value());
}

TEST_CASE("a part that is dropped while it is busy is no reason any more") {
  Fixture it;
  it.script->trouble = Trouble::Busy;
  for (int i = 0; i < 1000; ++i) it.script->answers.emplace_back(retry("1205: lock"));
  it.sink->claim(1, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  (void)it.replies(1);
  it.sink->write(1, nullptr, 20);
  it.open.set_value();
  (void)waits(it);
  it.sink->drop(1);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (it.sink->waits() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  CHECK_FALSE(it.sink->waits().has_value());
}

TEST_CASE("a table that does not fit stops the part, says what to do, and is checked anew") {
  Fixture it;
  it.open.set_value();
  it.script->trouble = Trouble::Schema;
  it.script->refused = {stop("no table t")};
  it.sink->claim(1, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  const auto stopped = it.replies(1);
  CHECK(stopped[0].what == SinkReply::What::Stopped);
  CHECK(stopped[0].trouble == Trouble::Schema);
  CHECK(stopped[0].error.message ==
        "database db: no table t; repair the table, or the file and start again");
  it.sink->claim(2, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  CHECK(it.replies(1)[0].what == SinkReply::What::Claimed);
  it.script->answers.emplace_back(stop("1054: no column"));
  it.sink->write(2, nullptr, 20);
  CHECK(it.replies(1)[0].what == SinkReply::What::Stopped);
  it.sink->claim(3, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  CHECK(it.replies(1)[0].what == SinkReply::What::Claimed);
  CHECK(retries(it, "schema") == 2);
  const std::lock_guard lock(it.script->mutex);
  CHECK(it.script->prepared == 3);
}

TEST_CASE("what is not one pipeline's affair ends the worker") {
  Fixture it;
  it.script->trouble = Trouble::Fatal;
  it.script->answers.emplace_back(stop("on_error: fail"));
  it.sink->claim(1, {"app", "p/t", "data", 0, "me", ""}, it.table, 10, it.refusals);
  (void)it.replies(1);
  it.sink->write(1, nullptr, 20);
  it.open.set_value();
  const auto replies = it.replies(1);
  CHECK(replies[0].what == SinkReply::What::Failed);
  CHECK(replies[0].error.message == "database db: on_error: fail");
}

}  // namespace
}  // namespace streamworker
