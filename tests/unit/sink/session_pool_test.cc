#include "sink/session_pool.h"

#include <atomic>

#include "unit/catch.h"

namespace streamworker::sink {
namespace {

// What all sessions of a test share.
struct Server {
  std::mutex mutex;
  std::condition_variable changed;
  bool hangs = false;
  int running = 0;
  std::atomic<int> opened{0};
};

class FakeSession final : public Session {
 public:
  explicit FakeSession(Server& server) : server_(server) { ++server.opened; }

  Result<std::vector<SqlResult>> run_each(std::string_view statement,
                                          const SqlParameters*) override {
    std::unique_lock lock(server_.mutex);
    ++server_.running;
    server_.changed.notify_all();
    server_.changed.wait(lock, [&] { return !server_.hangs || interrupted_; });
    --server_.running;
    if (interrupted_) return retry("interrupted");
    return std::vector<SqlResult>{{{std::string(statement)}, {}, 0}};
  }
  void interrupt() override {
    const std::lock_guard lock(server_.mutex);
    interrupted_ = true;
    server_.changed.notify_all();
  }
  Result<void> drain(std::string_view, const SqlParameters&) override { return {}; }
  Result<void> begin() override { return {}; }
  Result<void> commit() override { return {}; }
  Result<void> rollback() override { return {}; }
  bool in_transaction() const override { return false; }
  Result<bool> lock(const std::string&) override { return true; }
  Result<void> unlock(const std::string&) override { return {}; }
  Dialect dialect() const override { return Dialect::Sqlite; }
  void disconnect() override {}

 private:
  Server& server_;
  bool interrupted_ = false;
};

class Fixture {
 public:
  Server server;
  ManualClock clock{WallTime()};
  SessionPool pool{[this] { return std::make_unique<FakeSession>(server); }, 2,
                   std::chrono::seconds(5), clock};
  void hang(bool yes) {
    const std::lock_guard lock(server.mutex);
    server.hangs = yes;
    server.changed.notify_all();
  }
  void wait_for(int running) {
    std::unique_lock lock(server.mutex);
    REQUIRE(server.changed.wait_for(lock, std::chrono::seconds(30),
                                    [&] { return server.running == running; }));
  }
};

TEST_CASE("sessions are opened when they are needed, and used again") {
  Fixture it;
  CHECK(it.server.opened == 0);
  for (int i = 0; i < 3; ++i) CHECK(it.pool.run("one", {})->columns.front() == "one");
  CHECK(it.server.opened == 1);
}

TEST_CASE("no more than so many at once, and no longer than the patience") {
  Fixture it;
  it.hang(true);
  std::atomic<int> overdue{0};
  const auto wait = [&] {
    const auto result = it.pool.run("", {});
    if (!result && result.error().message == "the database did not answer within 5 s") ++overdue;
  };
  std::thread first(wait);
  std::thread second(wait);
  it.wait_for(2);
  const auto third = it.pool.run("", {});
  CHECK(third.error().remedy == Remedy::Retry);
  CHECK(third.error().message == "all 2 connections to the database are busy");
  it.clock.advance(std::chrono::seconds(6));
  first.join();
  second.join();
  CHECK(overdue == 2);
  it.hang(false);
  CHECK(it.pool.run("one", {}));
  CHECK(it.server.opened == 3);  // who was interrupted is not lent again
}

}  // namespace
}  // namespace streamworker::sink
