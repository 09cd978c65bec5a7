#include "app/housekeeping.h"

#include "base/format.h"
#include "base/log.h"

namespace streamworker {

namespace {

// A broker that has just started may not know a topic yet.
constexpr int kGoneAfter = 3;

}  // namespace

Housekeeping::Housekeeping(Log& log, const DurablePositions& positions, HousekeepingJobs jobs)
    : log_(log), positions_(positions), jobs_(std::move(jobs)), thread_([this] { run(); }) {}

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
  while (!stop_.wait_for(lock, jobs_.every, [&] { return stopping_; })) {
    lock.unlock();
    if (log_.away().empty()) {
      delete_passed();
      look_for_topics();
    }
    lock.lock();
  }
}

void Housekeeping::delete_passed() {
  std::vector<Position> below;
  for (const auto& [at, offset] : positions_.all())
    if (jobs_.deletable.contains(at.topic) && offset > deleted_[at]) below.push_back({at, offset});
  if (below.empty()) return;
  if (auto done = log_.delete_records(below); !done) {
    log::debug("app", "{}", done.error().message);
    return;
  }
  for (const auto& [at, offset] : below) deleted_[at] = offset;
}

void Housekeeping::look_for_topics() {
  for (const std::string& topic : jobs_.needed) {
    const auto found = log_.describe(topic);
    if (!found) return;
    int& missing = missing_[topic];
    missing = *found ? 0 : missing + 1;
    if (missing == kGoneAfter)
      jobs_.failed(fmt::format(
          "topic {} is gone from {}: it was deleted while the worker ran. Make it again, replay "
          "or export its dead letters, since the next start voids them, and remove what is known "
          "of it (kafka-consumer-groups --delete-offsets --topic {}, its rows in "
          "streamworker_offsets), or take it out of the file; then start again",
          topic, log_.name(), topic));
  }
}

}  // namespace streamworker
