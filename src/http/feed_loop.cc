#include "http/feed_loop.h"

#include <stdexcept>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

namespace streamworker::http {
namespace {

constexpr int kLookEveryMs = 250;  // at feeds that end, or have been silent for long
using Wants = Connection::Wants;

bool stays(Wants wants) { return wants == Wants::Write || wants == Wants::Feed; }

constexpr short kGone = POLLRDHUP | POLLHUP | POLLERR | POLLNVAL;

}  // namespace

FeedLoop::FeedLoop(ConnectionTable& table, int event)
    : table_(table), event_(event), own_event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (own_event_ == -1) throw std::runtime_error("http: no file descriptors left");
}

FeedLoop::~FeedLoop() { close(own_event_); }

void FeedLoop::add(uint64_t number, Connection& connection) {
  const std::lock_guard lock(mutex_);
  new_.push_back({number, &connection});
  eventfd_write(own_event_, 1);
}

void FeedLoop::stop() {
  stopped_ = true;
  eventfd_write(own_event_, 1);
}

void FeedLoop::run() {
  while (!stopped_) {
    wait();
    take_new();
    turn();
  }
  for (const Open& one : open_) one.connection->end_feed("the worker stops");
}

void FeedLoop::take_new() {
  const std::lock_guard lock(mutex_);
  open_.insert(open_.end(), new_.begin(), new_.end());
  new_.clear();
}

void FeedLoop::wait() {
  std::vector<pollfd> wait{{own_event_, POLLIN, 0}, {event_, POLLIN, 0}};
  const size_t own = wait.size();
  for (const Open& one : open_) {
    const bool writes = one.wants == Wants::Write;
    wait.push_back({one.connection->socket(),
                    static_cast<short>(writes ? POLLRDHUP | POLLOUT : POLLRDHUP), 0});
  }
  poll(wait.data(), wait.size(), open_.empty() ? -1 : kLookEveryMs);
  eventfd_t ignored = 0;
  for (size_t i = 0; i < own; ++i)
    if ((wait[i].revents & POLLIN) != 0) eventfd_read(wait[i].fd, &ignored);
  for (size_t i = 0; i < open_.size(); ++i) open_[i].gone = (wait[own + i].revents & kGone) != 0;
}

Wants FeedLoop::advance(const Open& one) {
  if (one.gone) return Wants::Close;
  try {
    return one.connection->advance_feed();
  } catch (const std::exception& e) {
    log::error("http", "a feed failed: {}", e.what());
    return Wants::Close;
  }
}

void FeedLoop::turn() {
  for (Open& one : open_) {
    one.wants = advance(one);
    if (!stays(one.wants)) table_.give_back(one.number, one.wants);
  }
  std::erase_if(open_, [](const Open& one) { return !stays(one.wants); });
}

}  // namespace streamworker::http
