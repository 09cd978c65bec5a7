#include "app/feeding.h"

#include <algorithm>

#include "base/log.h"
#include "config/all_streams.h"

namespace streamworker {

namespace {

using std::chrono::milliseconds;

constexpr Duration kWaitAtMost = milliseconds(200);
constexpr Duration kRetry = milliseconds(500);

}  // namespace

Feeding::Feeding(Log& log, const config::File& file, const Topics& topics, const Clock& clock,
                 Owner owner)
    : clock_(clock), hold_(owner.hold), failed_(std::move(owner.failed)) {
  for (const config::Stream* each : config::all_streams(file)) {
    const config::Stream& stream = *each;
    const auto found = topics.find(stream.topic);
    if ((!stream.generate && !stream.from_file) || found == topics.end()) continue;
    FeederSettings settings;
    settings.group = file.app + "-feeder";
    std::variant<config::Generate, config::FromFile> from;
    if (stream.generate) {
      from = *stream.generate;
      settings.rate = stream.generate->rate;
    } else {
      from = *stream.from_file;
    }
    feeders_.push_back(std::make_unique<Feeder>(log, stream, found->second.partitions,
                                                open_source(stream, from, clock), settings, clock));
  }
  finished_.resize(feeders_.size());
  if (!feeders_.empty()) thread_ = std::thread([this] { run(); });
}

Feeding::~Feeding() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Feeding::finite() const {
  return !feeders_.empty() && std::all_of(feeders_.begin(), feeders_.end(),
                                          [](const auto& feeder) { return feeder->finite(); });
}

void Feeding::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_ && !done_) {
    lock.unlock();
    const Duration wait = step_all();
    lock.lock();
    if (wait > Duration::zero()) stop_.wait_for(lock, wait, [&] { return stopping_; });
  }
}

Duration Feeding::step_all() {
  Duration wait = kWaitAtMost;
  if (hold_) return wait;
  for (size_t i = 0; i < feeders_.size(); ++i) {
    if (finished_[i]) continue;
    auto progress = feeders_[i]->step();
    if (progress) {
      finished_[i] = progress->finished;
      wait = std::min(wait, progress->wait);
    } else if (progress.error().remedy == Remedy::Retry) {
      log::warn("source", "{}", progress.error().message);
      wait = std::min(wait, kRetry);
    } else {
      failed_(progress.error().message);
      finished_[i] = true;
    }
  }
  done_ = std::all_of(finished_.begin(), finished_.end(), [](bool one) { return one; });
  return done_ ? Duration::zero() : wait;
}

}  // namespace streamworker
