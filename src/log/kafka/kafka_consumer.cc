#include "log/kafka/kafka_consumer.h"

#include <algorithm>
#include <array>

#include <poll.h>
#include <unistd.h>

#include "base/format.h"
#include "base/log.h"
#include "log/kafka/errors.h"
#include "log/kafka/group.h"

namespace streamworker::kafka {

namespace {

constexpr int kCommittedTimeoutMs = 500;
constexpr uint64_t kOne = 1;

using Options = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using Question =
    Owned<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy>;

// Throws away what was fetched before, and above all errors: librdkafka gives a new fetch those of
// the last one, which may have asked for records that somebody else's progress deleted since.
void drain(const Queue& queue) {
  std::array<rd_kafka_message_t*, 1000> left{};
  ssize_t count = 0;
  while ((count = rd_kafka_consume_batch_queue(queue.get(), 0, left.data(), left.size())) > 0)
    for (ssize_t i = 0; i < count; ++i) rd_kafka_message_destroy(left[static_cast<size_t>(i)]);
}

// The group's offsets of these partitions, those that are settled; the others have an error.
// `answer` is part of `event`.
rd_kafka_resp_err_t ask_each(rd_kafka_t* client, const std::string& group,
                             const rd_kafka_topic_partition_list_t& of, Event& event,
                             const rd_kafka_topic_partition_list_t*& answer) {
  const Options options(
      rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS));
  std::array<char, 256> why{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kCommittedTimeoutMs, why.data(),
                                            why.size());
  const KafkaError refused(rd_kafka_AdminOptions_set_require_stable_offsets(options.get(), 1));
  if (refused) return rd_kafka_error_code(refused.get());
  const Question question(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), &of));
  const Queue queue(rd_kafka_queue_new(client));
  rd_kafka_ListConsumerGroupOffsets_t* one = question.get();
  rd_kafka_ListConsumerGroupOffsets(client, &one, 1, options.get(), queue.get());
  event.reset(rd_kafka_queue_poll(queue.get(), 2 * kCommittedTimeoutMs));
  if (!event) return RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (const auto code = rd_kafka_event_error(event.get()); code != 0) return code;
  size_t count = 0;
  const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
      rd_kafka_event_ListConsumerGroupOffsets_result(event.get()), &count);
  if (count != 1) return RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (const rd_kafka_error_t* error = rd_kafka_group_result_error(groups[0]))
    return rd_kafka_error_code(error);
  answer = rd_kafka_group_result_partitions(groups[0]);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

// Of the answer, in the order of the question.
Result<std::vector<Committed>> settled(const rd_kafka_topic_partition_list_t& answer,
                                       const std::vector<TopicPartition>& of) {
  std::vector<Committed> all;
  for (const TopicPartition& at : of) {
    const rd_kafka_topic_partition_t* it =
        rd_kafka_topic_partition_list_find(&answer, at.topic.c_str(), at.partition);
    if (it == nullptr || it->err == RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT) continue;
    if (it->err != 0) return error_of(it->err, "reading the group's offset of " + to_string(at));
    Committed& one = all.emplace_back(Committed{at, {}, {}});
    if (it->offset >= 0) one.offset = it->offset;
    if (it->metadata != nullptr)
      one.metadata.assign(static_cast<const char*>(it->metadata), it->metadata_size);
  }
  return all;
}

int milliseconds(Duration d) { return static_cast<int>((d.count() + 999) / 1000); }

}  // namespace

void KafkaConsumer::wait(Duration timeout) {
  pollfd waiting{event_, POLLIN, 0};
  (void)::poll(&waiting, 1, milliseconds(timeout));
  uint64_t count = 0;
  while (::read(event_, &count, sizeof count) > 0) {
  }
}

void KafkaConsumer::wake() { (void)!::write(event_, &kOne, sizeof kOne); }

void KafkaConsumer::signal(const Queue& queue) const {
  rd_kafka_queue_io_event_enable(queue.get(), event_, &kOne, sizeof kOne);
}

Result<void> KafkaConsumer::fetch(const std::vector<Position>& positions) {
  release_messages();
  sources_.clear();
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
  for (const auto& [at, offset] : positions) {
    Queue queue(rd_kafka_queue_get_partition(client_, at.topic.c_str(), at.partition));
    if (!queue) return retry("no such partition: " + to_string(at));
    rd_kafka_queue_forward(queue.get(), nullptr);
    drain(queue);
    signal(queue);
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

// rd_kafka_committed asks again, until its time is over, while a single offset is pending. The
// other question does not, but librdkafka 2.0 sends it to the coordinator that it once found, for
// as long as that broker is there, even when it says that another one is.
Result<std::vector<Committed>> KafkaConsumer::committed(const std::vector<TopicPartition>& of) {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(of.size())));
  for (const auto& at : of)
    rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition);
  Event event;
  const rd_kafka_topic_partition_list_t* answer = list.get();
  auto code = ask_each(client_, group_, *list, event, answer);
  if (code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR)
    code = rd_kafka_committed(client_, list.get(), kCommittedTimeoutMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code, "reading the group's offsets");
  return settled(*answer, of);
}

std::unique_ptr<GroupMetadata> KafkaConsumer::group() {
  return std::make_unique<KafkaGroup>(rd_kafka_consumer_group_metadata(client_));
}

}  // namespace streamworker::kafka
