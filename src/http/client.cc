#include "http/client.h"

#include <atomic>
#include <thread>

#include <httplib.h>

#include "base/format.h"

namespace streamworker::http {

namespace {

// An address that means all of this machine's, as one of them.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

constexpr auto kConnecting = std::chrono::seconds(5);
constexpr auto kSilence = std::chrono::seconds(45);  // a feed says something each 15 s
constexpr auto kLook = std::chrono::milliseconds(50);

// One exchange, on a thread of its own.
class Following {
 public:
  Following(const Server& server, std::function<bool(const ServerEvent&)> take)
      : client_(reachable(server.host), server.port), take_(std::move(take)) {
    if (!server.token.empty()) client_.set_bearer_token_auth(server.token.reveal());
    client_.set_connection_timeout(kConnecting);
    client_.set_read_timeout(kSilence);
    client_.set_default_headers({{"Host", "localhost"}});
  }

  httplib::Result run(const std::string& path) {
    const auto head = [this](const httplib::Response& response) {
      answered_.status = response.status;
      is_feed_ = response.get_header_value("Content-Type").starts_with("text/event-stream");
      return true;
    };
    const auto body = [this](const char* data, size_t size) {
      const std::string_view bytes(data, size);
      if (is_feed_) return !stopped_ && reader_.read(bytes, take_);
      answered_.body += bytes;
      return true;
    };
    return client_.Get(path, httplib::Headers(), head, body);
  }
  // Any thread.
  void stop() {
    stopped_ = true;
    client_.stop();
  }
  bool is_feed() const { return is_feed_; }
  bool stopped() const { return stopped_; }
  const Answered& answered() const { return answered_; }

 private:
  httplib::Client client_;
  std::function<bool(const ServerEvent&)> take_;
  EventReader reader_;
  Answered answered_;
  bool is_feed_ = false;
  std::atomic<bool> stopped_{false};
};

}  // namespace

Result<Answered> post(const Server& server, const std::string& path, const std::string& body,
                      Duration patience) {
  httplib::Client client(reachable(server.host), server.port);
  if (!server.token.empty()) client.set_bearer_token_auth(server.token.reveal());
  client.set_connection_timeout(kConnecting);
  client.set_read_timeout(patience);
  client.set_default_headers({{"Host", "localhost"}});
  const auto result = client.Post(path, body, "application/sql");
  if (!result)
    return retry(fmt::format("nobody answers at {}:{} ({})", server.host, server.port,
                             httplib::to_string(result.error())));
  return Answered{result->status, result->body};
}

Result<Answered> follow(const Server& server, const std::string& path, const Follower& follower) {
  Following following(server, follower.take);
  httplib::Error error = httplib::Error::Success;
  std::atomic<bool> over = false;
  std::thread reader([&] {
    error = following.run(path).error();
    over = true;
  });
  while (!over && !follower.stop_asked()) std::this_thread::sleep_for(kLook);
  if (!over) following.stop();
  reader.join();
  const bool asked = following.stopped() || error == httplib::Error::Canceled;
  if (error == httplib::Error::Success || asked) return following.answered();
  const char* const what = following.is_feed() ? "the connection was lost at" : "nobody answers at";
  return retry(
      fmt::format("{} {}:{} ({})", what, server.host, server.port, httplib::to_string(error)));
}

}  // namespace streamworker::http
