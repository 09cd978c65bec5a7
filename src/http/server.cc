#include "http/server.h"

#include <array>
#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/connection_table.h"
#include "http/feed_loop.h"
#include "http/listener.h"
#include "http/protocol.h"
#include "http/request_metrics.h"
#include "http/waiting_line.h"

namespace streamworker::http {
namespace {

constexpr size_t kMostConnections = 512;
constexpr int kAnsweringThreads = 4;
constexpr int kLaneThreads = 4;
constexpr Duration kLongestWait = std::chrono::seconds(5);  // in the line of a lane
constexpr int kSweepEveryMs = 250;

}  // namespace

HttpServer::HttpServer(std::string host, int port, Metrics& metrics, const Clock& clock,
                       Handler handler)
    : host_(std::move(host)),
      port_(port),
      clock_(clock),
      handler_(std::move(handler)),
      requests_(std::make_unique<RequestMetrics>(metrics)),
      table_(std::make_unique<ConnectionTable>(kMostConnections)) {}

HttpServer::~HttpServer() {
  stop();
  if (stop_event_ != -1) close(stop_event_);
}

Result<void> HttpServer::start() {
  stop_event_ = eventfd(0, EFD_CLOEXEC);
  if (stop_event_ == -1) return streamworker::stop("http: no file descriptors left");
  auto listener = listen_on(host_, port_);
  if (!listener) return listener.error();
  listener_ = listener->socket;
  port_ = listener->port;
  if (listener->loopback)
    guard_.hosts = {"localhost", "127.0.0.1", "[::1]", "::1", host_, "[" + host_ + "]"};
  feeds_ = std::make_unique<FeedLoop>(*table_, feed_event_);
  threads_.emplace_back([this] { accept_loop(); });
  threads_.emplace_back([this] { feeds_->run(); });
  for (size_t i = 0; i < lanes_.count; ++i) lines_.push_back(std::make_unique<WaitingLine>());
  for (const auto& line : lines_)
    for (int i = 0; i < kLaneThreads; ++i)
      threads_.emplace_back([this, &line = *line] { lane_loop(line); });
  for (int i = 0; i < kAnsweringThreads; ++i) threads_.emplace_back([this] { answer_loop(); });
  return {};
}

void HttpServer::stop() {
  if (threads_.empty()) return;
  eventfd_write(stop_event_, 1);
  table_->stop();
  for (const auto& line : lines_) line->stop();
  feeds_->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  feeds_.reset();
  table_.reset();
  close(listener_);
}

void HttpServer::accept_loop() {
  std::array<pollfd, 2> wait{{{stop_event_, POLLIN, 0}, {listener_, POLLIN, 0}}};
  for (;;) {
    poll(wait.data(), wait.size(), kSweepEveryMs);
    if ((wait[0].revents & POLLIN) != 0) return;
    table_->sweep(clock_.steady());
    // Where nothing can be accepted, the next try comes with the next sweep, not at once.
    const bool tried = (wait[1].revents & POLLIN) != 0;
    wait[1].events = tried && !accept_some() ? short{0} : short{POLLIN};
  }
}

bool HttpServer::accept_some() {
  constexpr int most_at_once = 64;
  for (int i = 0; i < most_at_once; ++i) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket == -1) {
      // Without descriptors the next client would wait for ever: one that idles makes room.
      const bool full = errno == EMFILE || errno == ENFILE;
      if (full && table_->evict()) continue;
      return !full;
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    table_->add(socket, clock_);
  }
  return true;
}

void HttpServer::answer_loop() {
  const Handler at_once = [this](const Request& request) {
    const auto lane = lanes_.of ? lanes_.of(request) : std::nullopt;
    if (!lane) return handler_(request);
    Response later;
    later.lane = lane;
    return later;
  };
  Protocol protocol(at_once, guard_);
  for (;;) {
    const uint64_t number = table_->wait();
    if (number == ConnectionTable::kStop) return;
    if (Connection* const connection = table_->take(number)) advance(number, *connection, protocol);
  }
}

// Then it is whose turn it is.
void HttpServer::advance(uint64_t number, Connection& connection, Protocol& protocol) {
  const auto wants = connection.advance(protocol, [this](const Reply& reply, Duration took) {
    requests_->served(reply.route, reply.status, took);
  });
  if (wants == Connection::Wants::Lane)
    lines_[connection.lane()]->add({number, &connection, clock_.steady()});
  else if (wants == Connection::Wants::Feed)
    feeds_->add(number, connection);
  else
    table_->give_back(number, wants);
}

void HttpServer::lane_loop(WaitingLine& line) {
  const Handler too_late = [](const Request&) {
    return failed(retry("too many requests wait for the same"));
  };
  const Handler waiting = [this](const Request& request) {
    Request mine = request;
    mine.may_wait = true;
    return handler_(mine);
  };
  Protocol protocol(waiting, guard_);
  Protocol refusing(too_late, guard_);
  while (const auto next = line.take()) {
    const bool late = clock_.steady() - next->since > kLongestWait;
    advance(next->number, *next->connection, late ? refusing : protocol);
  }
}

}  // namespace streamworker::http
