#include "http/server.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <sys/resource.h>

#include "base/metrics_process.h"
#include "unit/catch.h"
#include "unit/http/client.h"

namespace streamworker::http {
namespace {

const std::string kLive = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

Response answer(const Request& request) {
  Response out;
  out.route = "/health/live";
  out.body = request.target.has("large") ? std::string(8 << 20, 'x') : "alive";
  if (request.post) out.body = request.body;
  out.type = "application/octet-stream";
  return out;
}

// A server on a free port whose clock stands still unless the test moves it.
class Fixture {
 public:
  Fixture() { REQUIRE(server_.start()); }
  int port() const { return server_.port(); }
  ManualClock& clock() { return clock_; }
  Metrics& metrics() { return metrics_; }
  void stop() { server_.stop(); }
  bool alive() {
    Client client(port());
    return client.send_text(kLive) && client.read_response().ends_with("\r\n\r\nalive");
  }

 private:
  ManualClock clock_{WallTime()};
  Metrics metrics_;
  HttpServer server_{"127.0.0.1", 0, metrics_, clock_, answer};
};

TEST_CASE("bodies come in pieces, and requests behind them") {
  Fixture it;
  Client client(it.port());
  const std::string statement(5000, 's');
  const std::string head = "POST /sql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n";
  for (int i = 0; i < 3; ++i) {
    REQUIRE(client.send_text(head + statement.substr(0, 100)));
    REQUIRE(client.send_text(statement.substr(100, 3000)));
    REQUIRE(client.send_text(statement.substr(3100) + kLive));
    CHECK(client.read_response().ends_with("\r\n\r\n" + statement));
    CHECK(client.read_response().ends_with("alive"));
  }
  Client greedy(it.port());
  REQUIRE(greedy.send_text(
      "POST /sql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 18446744073709551615\r\n\r\n"));
  CHECK(greedy.read_to_end().starts_with("HTTP/1.1 413 "));
}

double memory() {
  for (const auto& figure : process_figures())
    if (figure.name == "process_resident_memory_bytes") return figure.value;
  return 0;
}

constexpr double kFlat = 8 << 20;  // 1/25 of what the attacks send

TEST_CASE("requests follow each other on one connection") {
  Fixture it;
  Client client(it.port());
  for (int i = 0; i < 100; ++i) {
    REQUIRE(client.send_text(kLive));
    CHECK(client.read_response().ends_with("alive"));
  }
}

TEST_CASE("requests may come all at once, or byte by byte") {
  Fixture it;
  Client client(it.port());
  std::string many;
  for (int i = 0; i < 300; ++i) many += kLive;
  REQUIRE(client.send_text(many));
  for (int i = 0; i < 300; ++i) REQUIRE(client.read_response().ends_with("alive"));
  for (const char c : kLive) REQUIRE(client.send_text({&c, 1}));
  CHECK(client.read_response().ends_with("alive"));
  REQUIRE(client.send_text("HEAD /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n" + kLive));
  CHECK(client.read_response(false).ends_with("\r\n\r\n"));
  CHECK(client.read_response().ends_with("alive"));
}

TEST_CASE("a client that has sent all is still answered") {
  Fixture it;
  Client client(it.port());
  REQUIRE(client.send_text(kLive));
  client.send_end();
  CHECK(client.read_to_end().ends_with("alive"));
}

TEST_CASE("a large answer waits for its reader, others do not") {
  Fixture it;
  Client slow(it.port());
  REQUIRE(slow.send_text("GET /?large HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  CHECK(it.alive());
  CHECK(slow.read_response().size() > (8 << 20));
}

TEST_CASE("requests are counted by route and code") {
  Fixture it;
  Client client(it.port());
  REQUIRE(client.send_text(kLive + kLive + "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  for (int i = 0; i < 3; ++i) CHECK_FALSE(client.read_response().empty());
  it.stop();
  const std::string text = it.metrics().text();
  for (const char* line :
       {R"(http_requests_total{code="200",route="/health/live"} 2)",
        R"(http_requests_total{code="405",route="other"} 1)", R"(http_request_seconds_count 3)"}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("a port in use is an error that says what to do") {
  Fixture it;
  Metrics metrics;
  const ManualClock clock{WallTime()};
  HttpServer second("127.0.0.1", it.port(), metrics, clock, answer);
  const auto started = second.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().remedy == Remedy::Stop);
  CHECK(started.error().message.find("--http-port") != std::string::npos);
  HttpServer nowhere("no such host.invalid", 0, metrics, clock, answer);
  CHECK_FALSE(nowhere.start());
}

TEST_CASE("attack: a request line without end") {
  Fixture it;
  CHECK(it.alive());
  const double before = memory();
  Client client(it.port());
  const std::string chunk(1 << 16, 'a');
  for (int sent = 0; sent < 200 << 20 && client.send_text(chunk); sent += 1 << 16)
    it.clock().advance(std::chrono::milliseconds(10));
  CHECK(memory() - before < kFlat);
  CHECK(it.alive());
}

TEST_CASE("attack: a million headers") {
  Fixture it;
  const double before = memory();
  Client client(it.port());
  std::string chunk;
  for (int i = 0; i < 1000; ++i) chunk += "X-A: b\r\n";
  REQUIRE(client.send_text("GET / HTTP/1.1\r\nHost: localhost\r\n"));
  for (int i = 0; i < 1000 && client.send_text(chunk); ++i)
    it.clock().advance(std::chrono::milliseconds(10));
  CHECK(memory() - before < kFlat);
  CHECK(it.alive());
}

TEST_CASE("attack: an endless chunked body") {
  Fixture it;
  const double before = memory();
  Client client(it.port());
  REQUIRE(
      client.send_text("POST /nowhere HTTP/1.1\r\nHost: localhost\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n"));
  CHECK(client.read_response().starts_with("HTTP/1.1 413 "));
  const std::string chunk = "10000\r\n" + std::string(1 << 16, 'a') + "\r\n";
  for (int sent = 0; sent < 200 << 20 && client.send_text(chunk); sent += 1 << 16)
    it.clock().advance(std::chrono::milliseconds(10));
  CHECK(memory() - before < kFlat);
  CHECK(it.alive());
}

TEST_CASE("attack: many ranges") {
  Fixture it;
  std::string ranges = "bytes=0-";
  for (int i = 0; i < 299; ++i) ranges += ",0-";
  Client client(it.port());
  REQUIRE(
      client.send_text("GET /?large HTTP/1.1\r\nHost: localhost\r\nRange: " + ranges + "\r\n\r\n"));
  CHECK(client.read_to_end().starts_with("HTTP/1.1 416 "));
}

TEST_CASE("attack: half a request on more connections than there may be") {
  rlimit files{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &files) == 0);
  Fixture it;
  std::vector<std::unique_ptr<Client>> held;
  for (int i = 0; i < 600; ++i) {
    held.push_back(std::make_unique<Client>(it.port()));
    REQUIRE(held.back()->send_text("GET /health/live HTT"));
    // The clock stands still: none of them is cut for its age.
    if (i % 64 == 63) CHECK(it.alive());
  }
  CHECK(it.alive());
}

TEST_CASE("a client that does not finish its request is cut after 5 s, an idle one after 30 s") {
  Fixture it;
  Client half(it.port());
  REQUIRE(half.send_text("GET /"));
  Client idle(it.port());
  REQUIRE(idle.send_text(kLive));
  CHECK(idle.read_response().ends_with("alive"));
  it.clock().advance(std::chrono::seconds(6));
  CHECK(half.read_to_end().empty());
  REQUIRE(idle.send_text(kLive));
  CHECK(idle.read_response().ends_with("alive"));
  // When exactly it began to idle is the server's business, so time goes on until it is cut.
  std::atomic<bool> cut{false};
  std::thread time([&] {
    while (!cut) {
      it.clock().advance(std::chrono::seconds(1));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the pace of this clock
    }
  });
  const bool empty = idle.read_to_end().empty();
  cut = true;
  time.join();
  CHECK(empty);
}

TEST_CASE("stopping closes the port and every connection") {
  Fixture it;
  Client idle(it.port());
  REQUIRE(idle.send_text(kLive));
  CHECK(idle.read_response().ends_with("alive"));
  const int port = it.port();
  it.stop();
  CHECK(idle.read_to_end().empty());
  CHECK_THROWS(Client(port));
}

}  // namespace
}  // namespace streamworker::http
