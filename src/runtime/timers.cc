#include "runtime/timers.h"

#include <algorithm>

#include "base/log.h"
#include "config/find_database.h"

namespace streamworker {
namespace {

// The longest wait for a moment of the wall clock, which may be set while it is waited for.
constexpr auto kLook = std::chrono::seconds(1);
constexpr auto kInterruptAgain = std::chrono::milliseconds(20);

}  // namespace

Timers::Timers(const config::File& file, const std::string& owner, const Clock& clock,
               Metrics& metrics)
    : clock_(clock) {
  for (const config::Timer& timer : file.timers) {
    auto one = std::make_unique<One>();
    one->name = timer.name;
    auto session = sink::open_session(*config::find_database(file, timer.database.value));
    one->runner = std::make_unique<TimerRunner>(timer, TimerPlace{file.app, owner},
                                                std::move(session), clock, metrics);
    all_.push_back(std::move(one));
  }
}

Timers::~Timers() { stop({}); }

void Timers::start() {
  const std::lock_guard lock(mutex_);
  for (const auto& one : all_) {
    one->thread = std::thread([this, at = one.get()] { run(*at); });
    ++running_;
  }
}

void Timers::run(One& one) {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    WallTime next = WallTime::max();
    try {
      next = one.runner->step();
    } catch (const std::exception& error) {
      log::error("runtime", "timer {} ended: {}", one.name, error.what());
    }
    lock.lock();
    const auto due = [&] { return ending_ || one.woken || clock_.wall() >= next; };
    while (!due()) {
      const auto left = std::min<Duration>(next - clock_.wall(), kLook);
      changed_.wait_for(lock, std::max<Duration>(left, std::chrono::milliseconds(1)));
    }
    one.woken = false;
  }
  --running_;
  changed_.notify_all();
}

void Timers::end() {
  const std::lock_guard lock(mutex_);
  ending_ = true;
  changed_.notify_all();
}

void Timers::stop(Duration patience) {
  end();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return running_ == 0; });
    if (running_ > 0)
      log::warn(
          "runtime",
          "{} of the timers still run; they are interrupted, and those on the leader run again "
          "later",
          running_);
    // More than once: between two statements there is nothing to interrupt.
    while (running_ > 0) {
      lock.unlock();
      for (const auto& one : all_) one->runner->interrupt();
      lock.lock();
      changed_.wait_for(lock, kInterruptAgain, [&] { return running_ == 0; });
    }
  }
  for (const auto& one : all_)
    if (one->thread.joinable()) one->thread.join();
}

Timers::One* Timers::find(const std::string& name) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one->name == name; });
  return found == all_.end() ? nullptr : found->get();
}

bool Timers::update(const config::Timer& timer) {
  One* const one = find(timer.name);
  if (one == nullptr) return false;
  one->runner->update(timer);
  const std::lock_guard lock(mutex_);
  one->woken = true;
  changed_.notify_all();
  return true;
}

Timers::Asked Timers::run_now(const std::string& name) {
  One* const one = find(name);
  if (one == nullptr) return Asked::Unknown;
  const std::lock_guard lock(mutex_);
  if (ending_) return Asked::Stopping;
  one->runner->run_now();
  one->woken = true;
  changed_.notify_all();
  return Asked::Taken;
}

std::vector<TimerStatus> Timers::statuses() const {
  std::vector<TimerStatus> all;
  all.reserve(all_.size());
  for (const auto& one : all_) all.push_back(one->runner->status());
  return all;
}

}  // namespace streamworker
