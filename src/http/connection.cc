#include "http/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

namespace streamworker::http {
namespace {

constexpr Duration kRequestTime = std::chrono::seconds(5);
constexpr Duration kLaneTime = std::chrono::minutes(1);  // until a thread of it answers
constexpr Duration kFeedTime = std::chrono::seconds(30);
constexpr Duration kIdleTime = std::chrono::seconds(30);
constexpr Duration kClosingTime = std::chrono::seconds(1);
constexpr int kMostRequests = 10000;  // on one connection
constexpr int kTurn = 16;             // steps before other connections get theirs
constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Connection::Connection(int socket, const Clock& clock)
    : socket_(socket), clock_(clock), deadline_(clock.steady() + kRequestTime) {}

Connection::~Connection() { close(socket_); }

Connection::Wants Connection::advance(Protocol& protocol, const Served& served) {
  // A client that never pauses is never seen waiting by ConnectionTable::sweep.
  if (clock_.steady() > deadline_) return Wants::Close;
  if (draining_) return drain();
  for (int i = 0; i < kTurn; ++i)
    if (const auto wants = step(protocol, served)) return *wants;
  // A socket that can be written is reported at once: this connection's next turn.
  return Wants::Write;
}

std::optional<Connection::Wants> Connection::step(Protocol& protocol, const Served& served) {
  if (const Took took = write_out(); took != Took::All)
    return took == Took::Some ? Wants::Write : Wants::Close;
  if (last_) return drain();
  if (take_request(protocol, served)) return handed_on();
  if (const Took took = read_in(); took != Took::All)
    return took == Took::Some ? Wants::Read : Wants::Close;
  return std::nullopt;
}

// Who goes on with the request that was taken; none: this does.
std::optional<Connection::Wants> Connection::handed_on() const {
  if (waits_) return Wants::Lane;
  return feed_ ? std::optional(Wants::Feed) : std::nullopt;
}

Connection::Wants Connection::advance_feed() {
  const Duration now = clock_.steady();
  const size_t before = written_;
  const Took took = write_out();
  if (took == Took::Failed) return Wants::Close;
  if (took == Took::Some) {
    if (written_ > before) deadline_ = now + kFeedTime;
    return now > deadline_ ? Wants::Close : Wants::Write;
  }
  if (!feed_) return drain();
  const bool goes_on = feed_->write(out_);
  deadline_ = now + kFeedTime;
  if (!goes_on) feed_.reset();
  return out_.empty() ? Wants::Feed : Wants::Write;
}

void Connection::end_feed(std::string_view why) {
  if (feed_) feed_->end(why, out_);
  write_out();
}

// True: a request was whole, or can never be, and its response is to be written.
bool Connection::take_request(Protocol& protocol, const Served& served) {
  const size_t at = in_.find(kHeadEnd, searched_);
  if (at == std::string::npos) {
    searched_ = in_.size() < kHeadEnd.size() ? 0 : in_.size() - kHeadEnd.size() + 1;
    if (in_.size() < kMostHeadBytes) return false;
    refuse_long(served, refuse(431, "too_long", "a request's head has at most 16 KiB here"));
    return true;
  }
  searched_ = at;
  const size_t head = at + kHeadEnd.size();
  const size_t body = Protocol::body_size(std::string_view(in_).substr(0, head));
  if (body > kMostHeadBytes - head)
    refuse_long(served, refuse(413, "too_large", "a request has at most 16 KiB here"));
  else if (head + body <= in_.size())
    answer(protocol, served, head, body);
  else
    return false;
  return true;
}

// All: nothing is left to be written.
Connection::Took Connection::write_out() {
  while (written_ < out_.size()) {
    const ssize_t n =
        send(socket_, out_.data() + written_, out_.size() - written_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) return would_block() ? Took::Some : Took::Failed;
    written_ += static_cast<size_t>(n);
  }
  if (out_.empty()) return Took::All;
  if (out_.capacity() > kMostHeadBytes) out_ = std::string();
  out_.clear();
  written_ = 0;
  deadline_ = clock_.steady() + (in_.empty() ? kIdleTime : kRequestTime);
  return Took::All;
}

// All: something came. Some: nothing is there now. Failed: the client has gone.
Connection::Took Connection::read_in() {
  std::array<char, 4096> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const size_t room = std::min(buffer.size(), kMostHeadBytes - in_.size());
  const ssize_t n = recv(socket_, buffer.data(), room, MSG_DONTWAIT);
  if (n < 0) return would_block() ? Took::Some : Took::Failed;
  if (n == 0) return Took::Failed;
  if (in_.empty() && requests_ > 0) deadline_ = clock_.steady() + kRequestTime;
  in_.append(buffer.data(), static_cast<size_t>(n));
  return Took::All;
}

void Connection::answer(Protocol& protocol, const Served& served, size_t head, size_t body) {
  const Duration start = clock_.steady();
  last_ = ++requests_ >= kMostRequests;
  const std::string_view request = in_;
  Reply reply = protocol.reply(request.substr(0, head), request.substr(head, body), last_);
  waits_ = reply.lane.has_value();
  if (waits_) {
    lane_ = *reply.lane;
    --requests_;
    last_ = false;
    deadline_ = start + kLaneTime;
    return;
  }
  in_.erase(0, head + body);
  searched_ = 0;
  last_ = last_ || reply.close;
  out_ = std::move(reply.bytes);
  feed_ = std::move(reply.feed);
  const Duration now = clock_.steady();
  deadline_ = now + kRequestTime;
  served(reply, now - start);
}

void Connection::refuse_long(const Served& served, Reply reply) {
  in_ = std::string();
  last_ = true;
  out_ = std::move(reply.bytes);
  deadline_ = clock_.steady() + kRequestTime;
  served(reply, Duration::zero());
}

// A socket that is closed with unread bytes sends a reset, which may overtake the response: so the
// client is told that nothing more comes, and what it still sends is thrown away for a moment.
Connection::Wants Connection::drain() {
  if (!draining_) {
    draining_ = true;
    in_ = std::string();
    shutdown(socket_, SHUT_WR);
    deadline_ = clock_.steady() + kClosingTime;
  }
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  for (int step = 0; step < kTurn; ++step) {
    const ssize_t n = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n == 0 || (n < 0 && !would_block())) return Wants::Close;
    if (n < 0) return Wants::Read;
  }
  return Wants::Read;
}

}  // namespace streamworker::http
