// Requests that wait for something have threads of their own.
#include <condition_variable>
#include <mutex>
#include <vector>

#include "http/server.h"
#include "unit/catch.h"
#include "unit/http/client.h"

namespace streamworker::http {
namespace {

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

// /slow waits until the test opens the gate; all else is answered at once.
class Fixture {
 public:
  Fixture() {
    server_.set_lanes({1, [](const Request& request) -> std::optional<size_t> {
                         if (request.target.path.front() == "slow") return 0;
                         return std::nullopt;
                       }});
    REQUIRE(server_.start());
  }
  ~Fixture() { open(); }
  int port() const { return server_.port(); }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  // So many wait at the gate.
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::seconds(30), [&] { return waiting_ >= count; }));
  }

  ManualClock clock{WallTime()};

 private:
  Response answer(const Request& request) {
    Response out;
    out.body = request.target.path.front();
    if (out.body != "slow") return out;
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    return out;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
  Metrics metrics_;
  HttpServer server_{"127.0.0.1", 0, metrics_, clock,
                     [this](const Request& request) { return answer(request); }};
};

TEST_CASE("requests that wait keep no other waiting, and are all answered") {
  Fixture it;
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(std::make_unique<Client>(it.port()));
    REQUIRE(slow.back()->send_text(get("/slow") + get("/quick")));
  }
  it.wait_for(4);
  Client quick(it.port());
  REQUIRE(quick.send_text(get("/quick")));
  CHECK(quick.read_response().ends_with("\r\n\r\nquick"));
  it.open();
  for (const auto& client : slow) {
    CHECK(client->read_response().ends_with("\r\n\r\nslow"));
    CHECK(client->read_response().ends_with("\r\n\r\nquick"));
  }
}

TEST_CASE("who waited too long for a thread is told to come again") {
  Fixture it;
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<Client>(it.port()));
    REQUIRE(slow.back()->send_text(get("/slow")));
  }
  it.wait_for(4);
  Client late(it.port());
  REQUIRE(late.send_text(get("/quick") + get("/slow")));
  REQUIRE(late.read_response().ends_with("quick"));
  Client quick(it.port());  // while these are answered, `late` comes to stand in the line
  for (int i = 0; i < 50; ++i) {
    REQUIRE(quick.send_text(get("/quick")));
    REQUIRE(quick.read_response().ends_with("quick"));
  }
  it.clock.advance(std::chrono::seconds(6));
  it.open();
  const std::string answer = late.read_response();
  CHECK(answer.find("503") != std::string::npos);
  CHECK(answer.find("Retry-After: 1") != std::string::npos);
}

}  // namespace
}  // namespace streamworker::http
