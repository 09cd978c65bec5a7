#include "tap/tap.h"

#include <utility>

#include "tap/tap_point.h"

namespace streamworker {

namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
constexpr size_t kAround = 128;  // of an event: itself, its place in the queue, what malloc takes

size_t bytes_of(const Message& message) {
  return kAround + message.key.value_or("").size() + message.value.value_or("").size();
}

size_t bytes_of(const TapEvent& event) {
  return kAround + (event.key ? event.key->size() : 0) + (event.value ? event.value->size() : 0);
}

}  // namespace

std::shared_ptr<const TapEvent> TapBatch::event(size_t i) {
  made_.resize(messages_.size());
  if (made_[i]) return made_[i];
  const Message& message = messages_[i];
  auto made = std::make_shared<TapEvent>();
  made->partition = partition_;
  made->offset = message.offset;
  made->timestamp = message.timestamp;
  made->key = message.key;
  made->value = message.value;
  made_[i] = std::move(made);
  return made_[i];
}

Tap::Tap(TapPoint& point, TapFilter filter, const TapLimits& limits)
    : point_(point), filter_(std::move(filter)), limits_(limits) {
  point_.add(*this);
}

Tap::~Tap() { point_.remove(*this); }

bool Tap::wants(const Message& message) const {
  if (!filter_.key) return true;
  return message.key && message.key->size() >= filter_.key_at &&
         message.key->substr(filter_.key_at) == *filter_.key;
}

bool Tap::offer(TapBatch& batch, Duration now) {
  if (now - second_ >= kSecond) {
    second_ = now;
    in_second_ = 0;
  }
  bool any = false;
  for (size_t i = 0; i < batch.size(); ++i) {
    if (!wants(batch[i])) continue;
    if (in_second_ >= limits_.per_second) {
      ++left_out_.rate;
      if (filter_.key) continue;
      left_out_.rate += batch.size() - i - 1;
      break;
    }
    const size_t bytes = bytes_of(batch[i]);
    if (bytes > limits_.bytes) {
      ++left_out_.size;
    } else if (queue_.size() >= limits_.events || bytes_ + bytes > limits_.bytes) {
      ++left_out_.slow;
    } else {
      queue_.push_back({batch.event(i), std::exchange(left_out_, {})});
      bytes_ += bytes;
      ++in_second_;
      any = true;
    }
  }
  return any;
}

std::optional<Tap::Told> Tap::next() {
  const std::lock_guard lock(point_.mutex_);
  if (queue_.empty()) return std::nullopt;
  Told first = std::move(queue_.front());
  queue_.pop_front();
  bytes_ -= bytes_of(*first.event);
  return first;
}

LeftOut Tap::rest() {
  const std::lock_guard lock(point_.mutex_);
  if (!queue_.empty() || point_.now() - second_ < kSecond) return {};
  return std::exchange(left_out_, {});
}

}  // namespace streamworker
