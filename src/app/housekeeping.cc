#include "app/housekeeping.h"

#include "base/format.h"
#include "base/log.h"

namespace streamworker {

namespace {

// A broker that has just started may not know a topic yet.
constexpr int kGoneAfter = 3;
constexpr int kTidyTurns = 8;  // at a time

}  // namespace

Housekeeping::Housekeeping(Log& log, const DurablePositions& positions, const Clock& clock,
                           HousekeepingJobs jobs)
    : log_(log), positions_(positions), clock_(clock), jobs_(std::move(jobs)), thread_([this] {
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
  while (!stop_.wait_for(lock, jobs_.every, [&] { return stopping_; })) {
    lock.unlock();
    const bool there = log_.away().empty();
    if (jobs_.beside) jobs_.beside(there);
    if (there) {
      delete_passed();
      look_for_topics();
      tidy();
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
  for (const std::string& topic : jobs_.needed)
    if (is_gone(topic))
      jobs_.failed(fmt::format(
          "topic {} is gone from {}: it was deleted while the worker ran. Make it again, replay "
          "or export its dead letters, since the next start voids them, and remove what is known "
          "of it (kafka-consumer-groups --delete-offsets --topic {}, its rows in "
          "streamworker_offsets), or take it out of the file; then start again",
          topic, log_.name(), topic));
  for (const auto& [topic, table] : jobs_.changelogs)
    if (is_gone(topic))
      jobs_.failed(fmt::format(
          "topic {} is gone from {}: the changelog of table {} was deleted while the worker ran. "
          "Stop the workers, remove the folders of this table from the state folders of all hosts, "
          "and run `streamworker reset --table {}`, which builds it again from its source",
          topic, log_.name(), table, table));
}

// A broker that does not answer knows nothing of it.
bool Housekeeping::is_gone(const std::string& topic) {
  const auto found = log_.describe(topic);
  if (!found) return false;
  int& missing = missing_[topic];
  missing = *found ? 0 : missing + 1;
  return missing == kGoneAfter;
}

void Housekeeping::tidy() {
  for (int turn = 0; turn < kTidyTurns; ++turn) {
    const auto more = log_.tidy(clock_.wall());
    if (!more) log::warn("app", "{}", more.error().message);
    if (!more || !*more) return;
  }
}

}  // namespace streamworker
