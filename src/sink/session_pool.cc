#include "sink/session_pool.h"

#include "base/format.h"
#include "base/human.h"

namespace streamworker::sink {

namespace {

// More than once: between two steps of a statement there is nothing to interrupt.
constexpr auto kLook = std::chrono::milliseconds(50);

}  // namespace

SessionPool::SessionPool(Open open, size_t most, Duration patience, const Clock& clock)
    : open_(std::move(open)), most_(most), patience_(patience), clock_(clock), watcher_([this] {
        watch();
      }) {}

SessionPool::~SessionPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  watcher_.join();
}

// The end: all are taken.
std::list<SessionPool::Lent>::iterator SessionPool::lend() {
  const std::lock_guard lock(mutex_);
  if (lent_.size() == most_) return lent_.end();
  Lent& lent = lent_.emplace_back();
  lent.since = clock_.steady();
  if (idle_.empty()) {
    lent.session = open_();
  } else {
    lent.session = std::move(idle_.back());
    idle_.pop_back();
  }
  changed_.notify_all();
  return std::prev(lent_.end());
}

void SessionPool::take_back(std::list<Lent>::iterator lent) {
  const std::lock_guard lock(mutex_);
  if (!lent->overdue) idle_.push_back(std::move(lent->session));
  lent_.erase(lent);
}

Result<SqlResult> SessionPool::run(std::string_view statement, const SqlParameters& parameters) {
  const auto lent = lend();
  if (lent == lent_.end())
    return retry(fmt::format("all {} connections to the database are busy", most_));
  auto result = lent->session->run(statement, parameters);
  bool overdue = false;
  {
    const std::lock_guard lock(mutex_);
    overdue = lent->overdue;
  }
  take_back(lent);
  if (!result && overdue)
    return retry(fmt::format("the database did not answer within {}", format_duration(patience_)));
  return result;
}

void SessionPool::watch() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (lent_.empty())
      changed_.wait(lock);
    else
      changed_.wait_for(lock, kLook);
    for (Lent& lent : lent_) {
      if (clock_.steady() - lent.since < patience_) continue;
      lent.overdue = true;
      lent.session->interrupt();
    }
  }
}

}  // namespace streamworker::sink
