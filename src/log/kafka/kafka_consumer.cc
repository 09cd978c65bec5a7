#include "log/kafka/kafka_consumer.h"

#include <algorithm>
#include <array>
#include <future>
#include <thread>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/format.h"
#include "base/log.h"
#include "log/kafka/errors.h"
#include "log/kafka/group.h"

namespace streamworker::kafka {

namespace {

constexpr int kCommittedTimeoutMs = 500;
constexpr uint64_t kOne = 1;
constexpr Duration kFarewell = std::chrono::seconds(1);  // to brokers that do not answer

int milliseconds(Duration d) { return static_cast<int>((d.count() + 999) / 1000); }

std::vector<TopicPartition> to_vector(const rd_kafka_topic_partition_list_t* list) {
  std::vector<TopicPartition> all;
  all.reserve(static_cast<size_t>(list->cnt));
  for (int i = 0; i < list->cnt; ++i)
    all.push_back({list->elems[i].topic, list->elems[i].partition});
  return all;
}

// Replaces what is fetched, and returns when the partitions of before have stopped: librdkafka (to
// 2.15, #5573) asks one that is stopping a second time when the next assignment comes too early,
// and aborts at the second answer. Its main thread works in order: the first question below stands
// behind the request to stop, the second behind the answer to it.
rd_kafka_resp_err_t assign(rd_kafka_t* client, const rd_kafka_topic_partition_list_t* list) {
  const rd_kafka_resp_err_t code = rd_kafka_assign(client, list);
  for (int i = 0; i < 2; ++i) {
    rd_kafka_topic_partition_list_t* current = nullptr;
    if (rd_kafka_assignment(client, &current) == RD_KAFKA_RESP_ERR_NO_ERROR)
      rd_kafka_topic_partition_list_destroy(current);
  }
  return code;
}

KafkaConsumer* callee(void* opaque) { return *static_cast<KafkaConsumer**>(opaque); }

void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                  rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  if (KafkaConsumer* consumer = callee(opaque))
    consumer->rebalance(what, partitions);
  else
    assign(client, nullptr);
}

void on_error(rd_kafka_t* /*client*/, int code, const char* text, void* opaque) {
  if (KafkaConsumer* consumer = callee(opaque))
    consumer->connection().heard(static_cast<rd_kafka_resp_err_t>(code), text);
}

}  // namespace

KafkaConsumer::KafkaConsumer(Connection& connection)
    : connection_(connection),
      event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      callee_(std::make_unique<KafkaConsumer*>(this)) {}

std::unique_ptr<KafkaConsumer> KafkaConsumer::create(rd_kafka_conf_t* conf, Connection& connection,
                                                     std::string* why) {
  std::unique_ptr<KafkaConsumer> made(new KafkaConsumer(connection));
  rd_kafka_conf_set_opaque(conf, made->callee_.get());
  rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
  rd_kafka_conf_set_error_cb(conf, on_error);
  std::array<char, 512> text{};
  made->client_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf, text.data(), text.size());
  if (made->client_ == nullptr) {
    *why = text.data();
    return nullptr;
  }
  rd_kafka_poll_set_consumer(made->client_);
  made->events_ = Queue(rd_kafka_queue_get_consumer(made->client_));
  rd_kafka_queue_io_event_enable(made->events_.get(), made->event_, &kOne, sizeof kOne);
  return made;
}

KafkaConsumer::~KafkaConsumer() {
  if (client_ != nullptr && !closed_) close(std::chrono::seconds(5));
  if (client_ == nullptr) return;
  rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  ::close(event_);
}

Result<void> KafkaConsumer::subscribe(const std::vector<std::string>& topics,
                                      RebalanceListener& listener) {
  listener_ = &listener;
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (const auto& topic : topics)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (auto code = rd_kafka_subscribe(client_, list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return error_of(code, "subscribing");
  return {};
}

void KafkaConsumer::rebalance(rd_kafka_resp_err_t what,
                              rd_kafka_topic_partition_list_t* partitions) {
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    assigned_ = to_vector(partitions);
    Partitions none(rd_kafka_topic_partition_list_new(0));
    assign(client_, none.get());
    listener_->on_assigned(assigned_);
    return;
  }
  const bool lost = rd_kafka_assignment_lost(client_) != 0;
  // assigned_ stays what it is until the listener is done: it commits for these partitions.
  if (!assigned_.empty()) listener_->on_revoked(assigned_, lost);
  release_messages();
  sources_.clear();
  assigned_.clear();
  assign(client_, nullptr);
}

Result<void> KafkaConsumer::poll() {
  while (rd_kafka_message_t* raw = rd_kafka_consumer_poll(client_, 0)) {
    const rd_kafka_resp_err_t code = raw->err;
    const std::string text = code == 0 ? "" : rd_kafka_message_errstr(raw);
    rd_kafka_message_destroy(raw);
    // Fetched before its partition got a queue of its own.
    if (code == 0 || code == RD_KAFKA_RESP_ERR__PARTITION_EOF) continue;
    if (remedy_of(code) == Remedy::Stop) return error_of(code, "kafka", text);
    log::warn("kafka", "{}", text);  // the group goes on by itself
  }
  if (auto refused = connection_.refused()) return *refused;
  std::array<char, 512> why{};
  if (auto code = rd_kafka_fatal_error(client_, why.data(), why.size()); code != 0) {
    Error error = error_of(code, "kafka", why.data());
    error.remedy = Remedy::Stop;
    return error;
  }
  return {};
}

void KafkaConsumer::wait(Duration timeout) {
  pollfd waiting{event_, POLLIN, 0};
  (void)::poll(&waiting, 1, milliseconds(timeout));
  uint64_t count = 0;
  while (::read(event_, &count, sizeof count) > 0) {
  }
}

void KafkaConsumer::wake() { (void)!::write(event_, &kOne, sizeof kOne); }

Result<void> KafkaConsumer::fetch(const std::vector<Position>& positions) {
  release_messages();
  sources_.clear();
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
  for (const auto& [at, offset] : positions) {
    Queue queue(rd_kafka_queue_get_partition(client_, at.topic.c_str(), at.partition));
    if (!queue) return retry("no such partition: " + to_string(at));
    rd_kafka_queue_forward(queue.get(), nullptr);
    rd_kafka_queue_io_event_enable(queue.get(), event_, &kOne, sizeof kOne);
    sources_.push_back({at, std::move(queue), offset});
    rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition)->offset = offset;
  }
  if (auto code = assign(client_, list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return error_of(code, "starting to fetch");
  return {};
}

void KafkaConsumer::release_messages() {
  for (rd_kafka_message_t* raw : raw_) rd_kafka_message_destroy(raw);
  raw_.clear();
  messages_.clear();
  headers_used_ = 0;
}

Result<std::span<const Message>> KafkaConsumer::take(size_t i, size_t max) {
  release_messages();
  if (i >= sources_.size()) return stop("no such partition is being fetched");
  Source& source = sources_[i];
  raw_.resize(max);
  const ssize_t count = rd_kafka_consume_batch_queue(source.queue.get(), 0, raw_.data(), max);
  raw_.resize(count > 0 ? static_cast<size_t>(count) : 0);
  messages_.reserve(raw_.size());
  for (const rd_kafka_message_t* raw : raw_) {
    auto record = is_record(source, *raw);
    if (!record) return context(std::move(record.error()), to_string(source.at));
    if (!*record) continue;
    read(*raw, messages_.emplace_back());
    source.next = raw->offset + 1;
  }
  return std::span<const Message>(messages_);
}

// The end of a partition comes behind everything that lies before it; markers and aborted records
// are passed over by it.
Result<bool> KafkaConsumer::is_record(Source& source, const rd_kafka_message_t& raw) {
  if (raw.err == 0) return true;
  if (raw.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    source.next = std::max<Offset>(source.next, raw.offset);
    return false;
  }
  const char* text = rd_kafka_message_errstr(&raw);
  if (reaction_to(raw.err) != Reaction::Wait)
    return error_of(raw.err, "fetching at position " + std::to_string(source.next), text);
  log::warn("kafka", "{}: {}", to_string(source.at), text);
  return false;
}

void KafkaConsumer::read(const rd_kafka_message_t& from, Message& to) {
  to.offset = from.offset;
  to.timestamp = EventTime(std::chrono::milliseconds(rd_kafka_message_timestamp(&from, nullptr)));
  if (from.key != nullptr) to.key = {static_cast<const char*>(from.key), from.key_len};
  if (from.payload != nullptr) to.value = {static_cast<const char*>(from.payload), from.len};
  add_headers(from, to);
}

void KafkaConsumer::add_headers(const rd_kafka_message_t& from, Message& to) {
  rd_kafka_headers_t* found = nullptr;
  if (rd_kafka_message_headers(&from, &found) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (headers_used_ == headers_.size()) headers_.push_back(std::make_unique<Headers>());
  Headers& headers = *headers_[headers_used_++];
  headers.clear();
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0; rd_kafka_header_get_all(found, i, &name, &value, &size) == 0; ++i) {
    headers.push_back({name, {}});
    if (value != nullptr)
      headers.back().value = std::string_view(static_cast<const char*>(value), size);
  }
  to.headers = &headers;
}

std::optional<Offset> KafkaConsumer::known_end(size_t i) const {
  int64_t low = 0;
  int64_t high = RD_KAFKA_OFFSET_INVALID;
  const TopicPartition& at = sources_[i].at;
  if (rd_kafka_get_watermark_offsets(client_, at.topic.c_str(), at.partition, &low, &high) != 0 ||
      high < 0)
    return {};
  return high;
}

Result<std::vector<Committed>> KafkaConsumer::committed(const std::vector<TopicPartition>& of) {
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(of.size())));
  for (const auto& at : of)
    rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition);
  if (auto code = rd_kafka_committed(client_, list.get(), kCommittedTimeoutMs); code != 0)
    return error_of(code, "reading the group's offsets");
  std::vector<Committed> all;
  for (int i = 0; i < list->cnt; ++i) {
    const rd_kafka_topic_partition_t& it = list->elems[i];
    const TopicPartition at{it.topic, it.partition};
    if (it.err != 0) return error_of(it.err, "reading the group's offset of " + to_string(at));
    Committed one{at, {}, {}};
    if (it.offset >= 0) one.offset = it.offset;
    if (it.metadata != nullptr)
      one.metadata.assign(static_cast<const char*>(it.metadata), it.metadata_size);
    all.push_back(std::move(one));
  }
  return all;
}

std::unique_ptr<GroupMetadata> KafkaConsumer::group() {
  return std::make_unique<KafkaGroup>(rd_kafka_consumer_group_metadata(client_));
}

// rd_kafka_consumer_close can hang in librdkafka 2.0 (#4187, #4674): it gets a thread that is given
// up on at the deadline, sooner when nobody is there. All that matters was committed before.
void KafkaConsumer::close(Duration deadline) {
  if (closed_) return;
  if (!assigned_.empty()) listener_->on_revoked(assigned_, false);
  closed_ = true;
  *callee_ = nullptr;
  assigned_.clear();
  release_messages();
  sources_.clear();
  events_.reset();
  if (!connection_.away().empty()) deadline = std::min(deadline, kFarewell);
  std::promise<void> done;
  auto finished = done.get_future();
  std::thread closing([client = client_, done = std::move(done)]() mutable {
    (void)rd_kafka_consumer_close(client);
    done.set_value();
  });
  if (finished.wait_for(deadline) == std::future_status::ready) {
    closing.join();
    return;
  }
  log::warn("kafka", "the consumer did not close in {} s; it is left behind",
            std::chrono::duration_cast<std::chrono::seconds>(deadline).count());
  closing.detach();
  client_ = nullptr;  // it may still call, and write to the eventfd
  (void)callee_.release();
}

}  // namespace streamworker::kafka
