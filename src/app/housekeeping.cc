#include "app/housekeeping.h"

#include "base/log.h"

namespace streamworker {

Housekeeping::Housekeeping(Log& log, const DurablePositions& positions,
                           std::set<std::string> topics, Duration every)
    : log_(log), positions_(positions), topics_(std::move(topics)), every_(every), thread_([this] {
        run();
      }) {}

Housekeeping::~Housekeeping() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  thread_.join();
}

void Housekeeping::run() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, every_, [&] { return stopping_; })) {
    lock.unlock();
    once();
    lock.lock();
  }
}

void Housekeeping::once() {
  std::vector<Position> below;
  for (const auto& [at, offset] : positions_.all())
    if (topics_.contains(at.topic) && offset > deleted_[at]) below.push_back({at, offset});
  if (below.empty()) return;
  if (auto done = log_.delete_records(below); !done) {
    log::debug("app", "{}", done.error().message);
    return;
  }
  for (const auto& [at, offset] : below) deleted_[at] = offset;
}

}  // namespace streamworker
