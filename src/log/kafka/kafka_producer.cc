#include "log/kafka/kafka_producer.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "log/kafka/errors.h"
#include "log/kafka/group.h"

namespace streamworker::kafka {

namespace {

constexpr int kRoundTripMs = 3000;
constexpr int kStepMs = 1000;  // between two looks whether anybody answers
constexpr int kSteps = 10;
constexpr int kDeliverMs = 10'000;
constexpr int kFlushMs = 60'000;
constexpr int kFlushShare = 8;
constexpr int kQueueFullMs = 10;
constexpr int kReportMs = 100;
constexpr int kLastMs = 2000;
constexpr int kCalls = 4;  // of what may be called again

using HeaderList = Owned<rd_kafka_headers_t, rd_kafka_headers_destroy>;

// For librdkafka a null pointer is a null; an empty text must point to something.
void* memory_of(const std::optional<std::string_view>& text) {
  if (!text) return nullptr;
  return const_cast<char*>(text->data() == nullptr ? "" : text->data());
}

HeaderList copy_of(const Headers* from) {
  if (from == nullptr || from->empty()) return nullptr;
  HeaderList to(rd_kafka_headers_new(from->size()));
  for (const Header& header : *from)
    rd_kafka_header_add(to.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        memory_of(header.value),
                        header.value ? static_cast<ssize_t>(header.value->size()) : 0);
  return to;
}

void on_delivery(rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* opaque) {
  if (message->err == 0) {
    if (message->_private != nullptr)
      *static_cast<Offset*>(message->_private) = message->offset + 1;
    return;
  }
  static_cast<KafkaProducer*>(opaque)->failed(
      message->err, fmt::format("{}[{}]", rd_kafka_topic_name(message->rkt), message->partition));
}

void on_error(rd_kafka_t* /*client*/, int code, const char* text, void* opaque) {
  static_cast<KafkaProducer*>(opaque)->connection().heard(static_cast<rd_kafka_resp_err_t>(code),
                                                          text);
}

}  // namespace

std::unique_ptr<KafkaProducer> KafkaProducer::create(rd_kafka_conf_t* conf, bool transactional,
                                                     Connection& connection, std::string* why) {
  std::unique_ptr<KafkaProducer> made(new KafkaProducer(transactional, connection));
  rd_kafka_conf_set_opaque(conf, made.get());
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  rd_kafka_conf_set_error_cb(conf, on_error);
  std::array<char, 512> text{};
  made->client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text.data(), text.size());
  if (made->client_ != nullptr) return made;
  *why = text.data();
  return nullptr;
}

// A partition that is being added to a transaction, and has to be tried again since the one before
// is still being ended, must not be outstanding: librdkafka 2.0 counts it twice when it is
// destroyed, and aborts the process. Once the records have arrived none is.
KafkaProducer::~KafkaProducer() {
  if (client_ == nullptr) return;
  if (open_ && !failure_ && connection_.away().empty()) rd_kafka_flush(client_, kLastMs);
  topics_.clear();
  rd_kafka_purge(client_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_destroy(client_);
}

void KafkaProducer::failed(rd_kafka_resp_err_t code, const std::string& where) {
  // Thrown out because of another error, which a later call tells.
  if (code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) return;
  if (!failure_) failure_ = error_of(code, "writing to " + where);
}

// After an error of a record or of the whole producer all calls fail with a code that says no more
// than that; the record's own may still be on its way.
Error KafkaProducer::cause(const Error& found, const std::string& doing) {
  if (!failure_) rd_kafka_poll(client_, kReportMs);
  std::array<char, 512> text{};
  const auto code = rd_kafka_fatal_error(client_, text.data(), text.size());
  if (code != 0) return error_of(code, doing, text.data());
  return failure_ ? *failure_ : found;
}

// Calls until librdkafka says something else than "again", or no broker answers: a call may wait
// for as long as a transaction lives, and a stop waits for it. `call` returns an owned error or
// null.
template <class Call>
Result<void> KafkaProducer::until_settled(const std::string& doing, int calls, Call call) {
  for (int i = 1;; ++i) {
    KafkaError error(call());
    if (!error) return {};
    const bool again = rd_kafka_error_is_retriable(error.get()) != 0;
    if (!again || i >= calls || !connection_.away().empty())
      return error_of(error.release(), doing);
  }
}

// A call that ran out of time goes on where it was with the next one, so that it is given up as
// soon as no broker answers.
Result<void> KafkaProducer::start() {
  if (!transactional_) return {};
  auto done = until_settled("starting the producer", kSteps,
                            [&] { return rd_kafka_init_transactions(client_, kStepMs); });
  if (done) return done;
  rd_kafka_poll(client_, 0);  // what is wrong with the connections
  if (auto refused = connection_.refused()) return *refused;
  return done;
}

Result<void> KafkaProducer::begin() {
  if (!transactional_ || open_) return {};
  if (rd_kafka_error_t* error = rd_kafka_begin_transaction(client_))
    return error_of(error, "beginning a transaction");
  open_ = true;
  return {};
}

rd_kafka_topic_t* KafkaProducer::topic(const std::string& name) {
  auto found = topics_.find(name);
  if (found == topics_.end())
    found = topics_.emplace(name, rd_kafka_topic_new(client_, name.c_str(), nullptr)).first;
  return found->second.get();
}

Result<void> KafkaProducer::produce(const std::string& name, std::span<const OutRecord> records) {
  if (auto begun = begin(); !begun) return begun;
  rd_kafka_topic_t* to = topic(name);
  const auto followed = ends_.find(name);
  for (const OutRecord& record : records) {
    Offset* end = followed == ends_.end() ? nullptr : &followed->second[record.partition];
    if (auto done = produce_one(to, record, end); !done) return done;
  }
  rd_kafka_poll(client_, 0);
  if (failure_) return *failure_;
  return {};
}

Result<void> KafkaProducer::produce_one(rd_kafka_topic_t* topic, const OutRecord& record,
                                        Offset* end) {
  // librdkafka takes a timestamp of 0 for "now".
  const int64_t time = std::max<int64_t>(record.timestamp.time_since_epoch().count(), 1);
  std::array<rd_kafka_vu_t, 8> v{};
  v[0].vtype = RD_KAFKA_VTYPE_RKT;
  v[0].u.rkt = topic;
  v[1].vtype = RD_KAFKA_VTYPE_PARTITION;
  v[1].u.i32 = record.partition;
  v[2].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  v[2].u.i = RD_KAFKA_MSG_F_COPY;
  v[3].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
  v[3].u.i64 = time;
  v[4].vtype = RD_KAFKA_VTYPE_KEY;
  v[4].u.mem = {memory_of(record.key), record.key ? record.key->size() : 0};
  v[5].vtype = RD_KAFKA_VTYPE_VALUE;
  v[5].u.mem = {memory_of(record.value), record.value ? record.value->size() : 0};
  v[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
  v[6].u.ptr = end;
  size_t count = 7;
  HeaderList headers = copy_of(record.headers);
  if (headers) {
    v[count].vtype = RD_KAFKA_VTYPE_HEADERS;
    v[count++].u.headers = headers.get();
  }
  while (rd_kafka_error_t* error = rd_kafka_produceva(client_, v.data(), count)) {
    if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      const std::string doing = std::string("writing to ") + rd_kafka_topic_name(topic);
      return cause(error_of(error, doing), doing);
    }
    rd_kafka_error_destroy(error);
    rd_kafka_poll(client_, kQueueFullMs);
    if (failure_) return *failure_;
  }
  (void)headers.release();  // the message owns them now
  return {};
}

Result<void> KafkaProducer::send_offsets(const std::vector<Committed>& offsets,
                                         const GroupMetadata& group) {
  if (offsets.empty()) return {};
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const Committed& one : offsets) {
    auto* it =
        rd_kafka_topic_partition_list_add(list.get(), one.at.topic.c_str(), one.at.partition);
    it->offset = one.offset.value_or(RD_KAFKA_OFFSET_INVALID);
    if (one.metadata.empty()) continue;
    it->metadata = strndup(one.metadata.data(), one.metadata.size());  // freed with the list
    it->metadata_size = one.metadata.size();
  }
  const auto* metadata = static_cast<const KafkaGroup&>(group).get();
  return until_settled("sending the offsets", kCalls, [&] {
    return rd_kafka_send_offsets_to_transaction(client_, list.get(), metadata, kRoundTripMs);
  });
}

// rd_kafka_flush looks each 10 ms whether there is anything left, or when its time is over: so each
// call has little, an eighth of what was waited before.
template <class GivesUp>
bool KafkaProducer::deliver(int within, GivesUp gives_up) {
  for (int waited = 0, step = 0; waited < within; waited += step) {
    step = std::min(1 + waited / kFlushShare, kStepMs);
    if (rd_kafka_flush(client_, step) == 0) return true;
    if (gives_up()) return false;
  }
  return false;
}

// The records arrive first, for as long as they have; but given up when no broker answers. The
// commit itself must not be: its time is the transaction's (rdkafka.h).
Result<void> KafkaProducer::commit(const std::vector<Committed>& offsets,
                                   const GroupMetadata& group) {
  if (auto begun = begin(); !begun) return begun;
  if (auto sent = send_offsets(offsets, group); !sent) {
    if (sent.error().remedy == Remedy::Stop) return sent;
    return cause(sent.error(), "sending the offsets");
  }
  std::string away;
  const auto is_away = [&] { return !(away = connection_.away()).empty(); };
  if (!deliver(kDeliverMs, is_away) && !away.empty()) return retry("committing: " + away);
  auto done =
      until_settled("committing", kCalls, [&] { return rd_kafka_commit_transaction(client_, -1); });
  if (!done && done.error().remedy == Remedy::Stop) return done;
  if (!done) return cause(done.error(), "committing");
  open_ = false;
  return {};
}

std::optional<Offset> KafkaProducer::end_of(const TopicPartition& of) const {
  const auto topic = ends_.find(of.topic);
  if (topic == ends_.end()) return {};
  const auto found = topic->second.find(of.partition);
  return found == topic->second.end() || found->second == 0 ? std::nullopt
                                                            : std::optional(found->second);
}

Result<void> KafkaProducer::flush() {
  if (!deliver(kFlushMs, [] { return false; }))
    return error_of(RD_KAFKA_RESP_ERR__TIMED_OUT, "flushing");
  if (failure_) return *failure_;
  return {};
}

}  // namespace streamworker::kafka
