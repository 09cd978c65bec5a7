#include "app/registry.h"

#include "base/format.h"
#include "base/log.h"
#include "runtime/plan.h"

namespace streamworker {

namespace {

constexpr size_t kTake = 1000;
constexpr Duration kTurn = std::chrono::milliseconds(100);
constexpr Duration kSayEvery = std::chrono::seconds(3);
constexpr Duration kForget = std::chrono::hours(24);  // a worker that did not say that it ended

}  // namespace

Registry::Registry(Log& log, const Clock& clock, const query::Tables& tables, query::Owners& owners,
                   Self self)
    : log_(log),
      clock_(clock),
      tables_(tables),
      owners_(owners),
      self_(std::move(self)),
      at_{registry_topic(self_.app), 0},
      thread_([this] { run(); }) {}

Registry::~Registry() {
  leave();
  thread_.join();
}

void Registry::leave() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_one();
}

void Registry::run() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, kTurn, [&] { return stopping_; })) {
    lock.unlock();
    if (auto done = turn(); !done) {
      log::debug("app", "the registry of workers: {}", done.error().message);
      consumer_.reset();
      producer_.reset();
    }
    lock.lock();
  }
  lock.unlock();
  consumer_.reset();
  if (producer_ && log_.away().empty()) (void)write(self_.name, std::nullopt);
}

Result<void> Registry::turn() {
  if (const std::string away = log_.away(); !away.empty()) return retry(away);
  if (!consumer_)
    if (auto opened = open(); !opened) return opened;
  if (auto heard = hear(); !heard) return heard;
  return say();
}

// All is read again: what was said meanwhile may have been compacted.
Result<void> Registry::open() {
  const auto marks = log_.watermarks(at_);
  if (!marks) return marks.error();
  producer_ = log_.producer("");
  said_at_ = {};
  ConsumerSettings settings;
  settings.group = self_.app;
  settings.client_id = self_.name + "-registry";
  settings.fetch_bytes = 1UL << 20;
  consumer_ = log_.consumer(settings);
  return consumer_->fetch({{at_, marks->start}});
}

Result<void> Registry::hear() {
  if (auto polled = consumer_->poll(); !polled) return polled;
  while (true) {
    const auto messages = consumer_->take(0, kTake);
    if (!messages) return messages.error();
    if (messages->empty()) return {};
    for (const Message& message : *messages) take(message);
  }
}

void Registry::take(const Message& message) {
  if (!message.key) return;
  const std::string worker(*message.key);
  if (!message.value) return owners_.gone(worker);
  const Duration age = clock_.wall().time_since_epoch() - message.timestamp.time_since_epoch();
  if (age >= kForget && worker != self_.name) return (void)write(worker, std::nullopt);
  if (auto entry = read_worker_entry(*message.value))
    owners_.heard(worker, std::move(*entry));
  else
    owners_.gone(worker);  // of another version, which may read it
}

Result<void> Registry::say() {
  WorkerEntry now{self_.address, tables_.claims()};
  const Duration steady = clock_.steady();
  if (said_at_ != Duration::zero() && now == said_ && steady - said_at_ < kSayEvery) return {};
  if (auto written = write(self_.name, to_json(now)); !written) return written;
  said_ = std::move(now);
  said_at_ = steady;
  return {};
}

Result<void> Registry::write(std::string_view worker, std::optional<std::string_view> entry) {
  OutRecord record;
  record.timestamp = std::chrono::floor<std::chrono::milliseconds>(clock_.wall());
  record.key = worker;
  record.value = entry;
  return producer_->produce(at_.topic, std::span(&record, 1));
}

}  // namespace streamworker
