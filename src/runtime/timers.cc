#include "runtime/timers.h"

#include <algorithm>

#include "base/log.h"

namespace streamworker {
namespace {

// The longest wait for a moment of the wall clock, which may be set while it is waited for.
constexpr auto kLook = std::chrono::seconds(1);
constexpr auto kInterruptAgain = std::chrono::milliseconds(20);

const config::Database& database_of(const config::File& file, const config::Timer& timer) {
  const auto found =
      std::find_if(file.databases.begin(), file.databases.end(),
                   [&](const config::Database& each) { return each.name == timer.database.value; });
  return *found;
}

}  // namespace

Timers::Timers(const config::File& file, const std::string& owner, const Clock& clock,
               Metrics& metrics)
    : clock_(clock) {
  for (const config::Timer& timer : file.timers) {
    auto one = std::make_unique<One>();
    one->name = timer.name;
    one->runner =
        std::make_unique<TimerRunner>(timer, TimerPlace{file.app, owner},
                                      sink::open_session(database_of(file, timer)), clock, metrics);
    all_.push_back(std::move(one));
  }
}

Timers::~Timers() { stop({}); }

void Timers::start() {
  const std::lock_guard lock(mutex_);
  for (const auto& one : all_) {
    ++running_;
    one->thread = std::thread([this, at = one.get()] { run(*at); });
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
      log::warn("runtime", "{} of the timers still run; they are interrupted and run again later",
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

void Timers::wake(One& one) {
  const std::lock_guard lock(mutex_);
  one.woken = true;
  changed_.notify_all();
}

bool Timers::update(const config::Timer& timer) {
  One* const one = find(timer.name);
  if (one == nullptr) return false;
  one->runner->update(timer);
  wake(*one);
  return true;
}

bool Timers::run_now(const std::string& name) {
  One* const one = find(name);
  if (one == nullptr) return false;
  one->runner->run_now();
  wake(*one);
  return true;
}

std::vector<TimerStatus> Timers::statuses() const {
  std::vector<TimerStatus> all;
  all.reserve(all_.size());
  for (const auto& one : all_) all.push_back(one->runner->status());
  return all;
}

}  // namespace streamworker
