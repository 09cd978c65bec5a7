// Feeds over sockets: what their clients get, and what becomes of all others.
#include <thread>
#include <vector>

#include "http/server.h"
#include "http/tap_feed.h"
#include "unit/catch.h"
#include "unit/http/client.h"

namespace streamworker::http {
namespace {

using std::chrono::seconds;

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

// Says the values as they are.
class PlainFeed final : public TapFeed {
 public:
  using TapFeed::TapFeed;

 private:
  std::string start() override { return "{}"; }
  std::string over() override { return {}; }
  void show(const TapEvent& event, const Say& say) override { say(*event.value); }
};

// /feed?limit= is a feed of what `tell` is told; all else is answered at once.
class Fixture {
 public:
  Fixture() {
    server_.set_feeds(taps.event());
    REQUIRE(server_.start());
  }
  int port() const { return server_.port(); }
  void stop() { server_.stop(); }
  void tell(const std::string& value) {
    const Message message{0, {}, {}, value, nullptr};
    taps.stream("s").tell(0, {&message, 1});
  }
  bool alive() {
    Client client(port());
    return client.send_text(get("/live")) && client.read_response().ends_with("alive");
  }
  // A client whose feed has begun.
  std::unique_ptr<Client> listener(const std::string& path = "/feed") {
    auto client = std::make_unique<Client>(port());
    REQUIRE(client->send_text(get(path)));
    REQUIRE(client->read_until("data: {}\n\n").starts_with("HTTP/1.1 200 OK\r\n"));
    return client;
  }

  ManualClock clock{WallTime()};
  Taps taps{clock};

 private:
  Response answer(const Request& request) {
    Response out;
    out.body = "alive";
    if (request.target.path.front() != "feed") return out;
    auto listener = taps.listen(taps.stream("s"), {});
    if (!listener) return failed(retry("too many"));
    std::optional<int64_t> limit;
    if (request.target.has("limit")) limit = std::stoll(request.target.params.at("limit"));
    out.feed = std::make_shared<PlainFeed>(std::move(listener), limit, clock);
    return out;
  }

  Metrics metrics_;
  HttpServer server_{"127.0.0.1", 0, metrics_, clock,
                     [this](const Request& request) { return answer(request); }};
};

TEST_CASE("a feed says what comes, as it comes") {
  Fixture it;
  const auto client = it.listener();
  it.tell("1");
  CHECK(client->read_until("\n\n") == "data: 1\n\n");
  it.tell("2\n3");
  CHECK(client->read_until("\n\n") == "data: 2 3\n\n");
  CHECK(it.alive());
}

TEST_CASE("the head of a feed") {
  Fixture it;
  Client client(it.port());
  REQUIRE(client.send_text(get("/feed?limit=1")));
  it.tell("x");
  const std::string head = client.read_until("\r\n\r\n");
  CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(head.find("Connection: close\r\n") != std::string::npos);
  CHECK(head.find("Content-Length") == std::string::npos);
  Client asks(it.port());
  REQUIRE(asks.send_text("HEAD /feed HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/live")));
  CHECK(asks.read_response(false).starts_with("HTTP/1.1 200"));
  CHECK(asks.read_response().ends_with("alive"));
}

TEST_CASE("a feed with a limit ends behind it") {
  Fixture it;
  const auto client = it.listener("/feed?limit=2");
  for (const char* value : {"1", "2", "3"}) it.tell(value);
  CHECK(client->read_to_end() == "data: 1\n\ndata: 2\n\nevent: end\ndata: {\"why\":\"limit\"}\n\n");
}

TEST_CASE("a silent feed shows that it is alive") {
  Fixture it;
  const auto client = it.listener();
  it.clock.advance(seconds(16));
  CHECK(client->read_until("\n\n") == ": nothing new\n\n");
}

TEST_CASE("who does not read loses events, is told how many, and holds nobody up") {
  Fixture it;
  const auto slow = it.listener();
  const auto quick = it.listener();
  const std::string large(300'000, 'x');
  for (int i = 0; i < 100; ++i) {
    it.tell(large);
    REQUIRE(quick->read_until("\n\n").ends_with("x\n\n"));
  }
  CHECK(it.alive());
  it.clock.advance(seconds(1));
  const std::string heard = slow->read_until("event: dropped\n");
  CHECK(heard.size() < 100 * large.size());
  CHECK(slow->read_until("\n\n").starts_with("data: {\"slow\":"));
}

TEST_CASE("who takes nothing for long is closed") {
  Fixture it;
  const auto stuck = it.listener();
  const std::string large(300'000, 'x');
  for (int i = 0; i < 100; ++i) it.tell(large);
  for (int i = 0; i < 3000 && it.taps.listeners() > 0; ++i) {
    it.tell(large);
    it.clock.advance(seconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(it.taps.listeners() == 0);
}

TEST_CASE("too many feeds are told to come again, and all else is answered") {
  Fixture it;
  std::vector<std::unique_ptr<Client>> all;
  for (size_t i = 0; i < Taps::kMost; ++i) all.push_back(it.listener());
  Client late(it.port());
  REQUIRE(late.send_text(get("/feed")));
  const std::string answer = late.read_response();
  CHECK(answer.find("503") != std::string::npos);
  CHECK(answer.find("Retry-After: ") != std::string::npos);
  CHECK(it.alive());
  it.tell("x");
  for (const auto& client : all) CHECK(client->read_until("\n\n") == "data: x\n\n");
  all.pop_back();
  for (int i = 0; i < 3000 && it.taps.listeners() == Taps::kMost; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(it.listener());
}

TEST_CASE("a stop ends every feed") {
  Fixture it;
  const auto one = it.listener();
  const auto other = it.listener();
  it.stop();
  for (const auto* client : {&one, &other})
    CHECK((*client)->read_to_end() == "event: end\ndata: {\"why\":\"the worker stops\"}\n\n");
  CHECK(it.taps.listeners() == 0);
}

}  // namespace
}  // namespace streamworker::http
