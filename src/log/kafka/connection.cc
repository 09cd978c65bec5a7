#include "log/kafka/connection.h"

#include <algorithm>

#include "base/log.h"
#include "log/kafka/errors.h"

namespace streamworker::kafka {

namespace {

constexpr auto kEvery = std::chrono::seconds(1);
constexpr int kAnswerMs = 1000;  // for the first question; librdkafka ends a connection that is
constexpr int kMostTimes = 3;    // slower, and so would never hear of a slow server
constexpr Duration kWarnEvery = std::chrono::minutes(10);
constexpr size_t kMostTexts = 100;
constexpr const char* kTls =
    "; see security.protocol, ssl.ca.location, ssl.certificate.location and ssl.key.location under "
    "kafka.properties";

// "127.0.0.1:9092/1: Connect to … failed: Connection refused", without what is different each time.
std::string without_times(std::string text) {
  if (const auto at = text.find(" (after "); at != std::string::npos) text.resize(at);
  return text;
}

}  // namespace

Connection::~Connection() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Connection::watch(rd_kafka_t* client) {
  client_ = client;
  suspected_ = true;
  thread_ = std::thread([this] { run(); });
}

void Connection::heard(rd_kafka_resp_err_t code, const std::string& text) {
  if (code == RD_KAFKA_RESP_ERR__FATAL) return;  // of one client; its next call says it
  const std::lock_guard lock(mutex_);
  if (!text.empty() && code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) trouble_ = without_times(text);
  if (reaction_to(code) == Reaction::Stop) {
    refused_ = error_of(code, "kafka does not let the worker in", log::redact(trouble_));
  } else if (code == RD_KAFKA_RESP_ERR__SSL && !ever_answered_) {
    refused_ = stop("kafka: no encrypted connection: " + log::redact(trouble_) + kTls);
  }
  suspected_ = true;
  changed_.notify_one();
}

std::string Connection::away() const {
  const std::lock_guard lock(mutex_);
  return away_;
}

std::optional<Error> Connection::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

void Connection::run() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    if (!suspected_) changed_.wait_for(lock, kEvery, [&] { return closing_ || suspected_; });
    const bool ask = suspected_ && !closing_;
    lock.unlock();
    rd_kafka_poll(client_, 0);  // the client's own error callback
    const rd_kafka_metadata_t* found = nullptr;
    const int patience = kAnswerMs * std::min(unanswered_ + 1, kMostTimes);
    const bool answered = ask && rd_kafka_metadata(client_, 0, nullptr, &found, patience) == 0;
    if (found != nullptr) rd_kafka_metadata_destroy(found);
    if (ask && !answered) rd_kafka_poll(client_, 0);  // why
    lock.lock();
    if (!ask) continue;
    settle(answered);
    if (!answered) changed_.wait_for(lock, kEvery, [&] { return closing_; });
  }
}

// REQUIRES: the lock is held.
void Connection::settle(bool answered) {
  unanswered_ = answered ? 0 : unanswered_ + 1;
  if (!answered) {
    away_ = trouble_.empty() ? "no answer" : trouble_;
    return;
  }
  if (away_.empty()) warn_of_single();
  ever_answered_ = true;
  suspected_ = false;
  away_.clear();
  trouble_.clear();
}

// REQUIRES: the lock is held.
void Connection::warn_of_single() {
  // Brokers close connections that are idle; one that is really gone refuses the next.
  if (trouble_.empty() || trouble_.ends_with("Disconnected")) return;
  const Duration now = clock_.steady();
  const auto last = warned_.find(trouble_);
  if (last != warned_.end() && now - last->second < kWarnEvery) return;
  if (warned_.size() >= kMostTexts) warned_.clear();
  warned_[trouble_] = now;
  log::warn("kafka", "{}; other connections answer", trouble_);
}

}  // namespace streamworker::kafka
