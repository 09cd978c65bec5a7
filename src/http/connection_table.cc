#include "http/connection_table.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace streamworker::http {
namespace {

epoll_event event_for(uint64_t number, Connection::Wants wants) {
  epoll_event event{};
  event.events =
      EPOLLONESHOT | (wants == Connection::Wants::Write ? uint32_t{EPOLLOUT} : uint32_t{EPOLLIN});
  event.data.u64 = number;
  return event;
}

}  // namespace

ConnectionTable::ConnectionTable(size_t most)
    : most_(most), epoll_(epoll_create1(EPOLL_CLOEXEC)), stop_event_(eventfd(0, EFD_CLOEXEC)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kStop;
  if (epoll_ == -1 || stop_event_ == -1 ||
      epoll_ctl(epoll_, EPOLL_CTL_ADD, stop_event_, &event) != 0)
    throw std::runtime_error("http: no file descriptors left");
}

ConnectionTable::~ConnectionTable() {
  entries_.clear();
  close(stop_event_);
  close(epoll_);
}

void ConnectionTable::add(int socket, const Clock& clock) {
  const std::scoped_lock lock(mutex_);
  while (entries_.size() >= most_ && evict_locked()) {
  }
  auto connection = std::make_unique<Connection>(socket, clock);
  if (entries_.size() >= most_) return;
  const uint64_t number = ++last_number_;
  auto event = event_for(number, Connection::Wants::Read);
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) return;
  entries_.emplace(number, Entry{std::move(connection), false, ++last_turn_});
}

uint64_t ConnectionTable::wait() {
  epoll_event event{};
  while (epoll_wait(epoll_, &event, 1, -1) != 1) {
    if (errno != EINTR) return kStop;
  }
  return event.data.u64;
}

Connection* ConnectionTable::take(uint64_t number) {
  const std::scoped_lock lock(mutex_);
  const auto it = entries_.find(number);
  if (it == entries_.end()) return nullptr;
  it->second.taken = true;
  return it->second.connection.get();
}

void ConnectionTable::give_back(uint64_t number, Connection::Wants wants) {
  const std::scoped_lock lock(mutex_);
  const auto it = entries_.find(number);
  if (it == entries_.end()) return;
  it->second.taken = false;
  it->second.turn = ++last_turn_;
  auto event = event_for(number, wants);
  if (wants == Connection::Wants::Close ||
      epoll_ctl(epoll_, EPOLL_CTL_MOD, it->second.connection->socket(), &event) != 0)
    entries_.erase(it);
}

void ConnectionTable::sweep(Duration now) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(entries_, [&](const auto& each) {
    return !each.second.taken && each.second.connection->deadline() <= now;
  });
}

bool ConnectionTable::evict() {
  const std::scoped_lock lock(mutex_);
  return evict_locked();
}

bool ConnectionTable::evict_locked() {
  auto longest = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (it->second.taken) continue;
    if (longest == entries_.end() || it->second.turn < longest->second.turn) longest = it;
  }
  if (longest == entries_.end()) return false;
  entries_.erase(longest);
  return true;
}

void ConnectionTable::stop() {
  eventfd_write(stop_event_, 1);  // cannot fail: nobody has written as much as it holds
}

}  // namespace streamworker::http
