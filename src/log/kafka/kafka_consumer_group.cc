// The consumer as a member of its group: joins, is given partitions and loses them, leaves.
#include <array>
#include <future>
#include <thread>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "log/kafka/errors.h"
#include "log/kafka/kafka_consumer.h"

namespace streamworker::kafka {

namespace {

constexpr Duration kFarewell = std::chrono::seconds(1);  // to brokers that do not answer
// Two workers of one instance fence each other with each heartbeat (1 s, if not set otherwise).
constexpr Duration kFencedTwiceWithin = std::chrono::seconds(20);

std::vector<TopicPartition> to_vector(const rd_kafka_topic_partition_list_t* list) {
  std::vector<TopicPartition> all;
  all.reserve(static_cast<size_t>(list->cnt));
  for (int i = 0; i < list->cnt; ++i)
    all.push_back({list->elems[i].topic, list->elems[i].partition});
  return all;
}

KafkaConsumer* callee(void* opaque) { return *static_cast<KafkaConsumer**>(opaque); }

}  // namespace

KafkaConsumer::KafkaConsumer(std::string group, Connection& connection)
    : group_(std::move(group)),
      connection_(connection),
      event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

std::unique_ptr<KafkaConsumer> KafkaConsumer::create(Conf conf, const std::string& group,
                                                     Connection& connection, std::string* why) {
  std::unique_ptr<KafkaConsumer> made(new KafkaConsumer(group, connection));
  rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  made->conf_ = std::move(conf);
  if (!made->open(why)) return nullptr;
  return made;
}

KafkaConsumer::~KafkaConsumer() {
  if (client_ != nullptr && !closed_) close(std::chrono::seconds(5));
  if (client_ != nullptr) rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  if (!left_behind_) ::close(event_);
}

bool KafkaConsumer::open(std::string* why) {
  callee_ = std::make_unique<KafkaConsumer*>(this);
  Conf conf(rd_kafka_conf_dup(conf_.get()));
  rd_kafka_conf_set_opaque(conf.get(), callee_.get());
  std::array<char, 512> text{};
  client_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), text.data(), text.size());
  if (client_ == nullptr) {
    *why = text.data();
    return false;
  }
  (void)conf.release();
  rd_kafka_poll_set_consumer(client_);
  events_ = Queue(rd_kafka_queue_get_consumer(client_));
  signal(events_);
  return true;
}

Result<void> KafkaConsumer::subscribe(const std::vector<std::string>& topics,
                                      RebalanceListener& listener) {
  listener_ = &listener;
  topics_ = topics;
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
  for (const auto& topic : topics)
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (auto code = rd_kafka_subscribe(client_, list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return error_of(code, "subscribing");
  return {};
}

// Waits until the partitions of before have stopped: librdkafka (to 2.15, #5573) asks one that is
// stopping a second time when the next assignment comes too early, and aborts at the second answer.
// Its main thread works in order: the first question below stands behind the request to stop, the
// second behind the answer to it.
rd_kafka_resp_err_t KafkaConsumer::assign(rd_kafka_t* client,
                                          const rd_kafka_topic_partition_list_t* list) {
  const rd_kafka_resp_err_t code = rd_kafka_assign(client, list);
  for (int i = 0; i < 2; ++i) {
    rd_kafka_topic_partition_list_t* current = nullptr;
    if (rd_kafka_assignment(client, &current) == RD_KAFKA_RESP_ERR_NO_ERROR)
      rd_kafka_topic_partition_list_destroy(current);
  }
  return code;
}

void KafkaConsumer::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                                 rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  if (KafkaConsumer* consumer = callee(opaque))
    consumer->rebalance(what, partitions);
  else
    assign(client, nullptr);
}

void KafkaConsumer::on_error(rd_kafka_t* /*client*/, int code, const char* text, void* opaque) {
  if (KafkaConsumer* consumer = callee(opaque))
    consumer->connection_.heard(static_cast<rd_kafka_resp_err_t>(code), text);
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
  give_back(rd_kafka_assignment_lost(client_) != 0);
  assign(client_, nullptr);
}

// assigned_ stays what it is until the listener is done: it commits for these partitions.
void KafkaConsumer::give_back(bool lost) {
  if (!assigned_.empty()) listener_->on_revoked(assigned_, lost);
  release_messages();
  sources_.clear();
  assigned_.clear();
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
  const rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(client_, why.data(), why.size());
  if (fatal == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  if (fatal == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) return join_again();
  Error error = error_of(fatal, "kafka", why.data());
  error.remedy = Remedy::Stop;
  return error;
}

// librdkafka (#3437) lets a static member whose session ended while its coordinator was away send
// one more heartbeat under no name, for which the coordinator calls it fenced. A new client joins
// in its place; who is fenced again at once has a rival.
Result<void> KafkaConsumer::join_again() {
  const Duration now = clock_.steady();
  if (fenced_at_ && now - *fenced_at_ < kFencedTwiceWithin)
    return stop(
        "kafka: another worker runs under the same `instance`, and each fences the other: give "
        "each one its own");
  fenced_at_ = now;
  log::info("kafka", "joining the group again as a new member");
  give_back(true);
  leave(kFarewell);
  if (client_ != nullptr) rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  if (std::string why; !open(&why)) return stop("kafka: cannot make a consumer: " + why);
  return subscribe(topics_, *listener_);
}

void KafkaConsumer::close(Duration deadline) {
  if (closed_) return;
  closed_ = true;
  give_back(false);
  leave(connection_.away().empty() ? deadline : std::min(deadline, kFarewell));
}

// rd_kafka_consumer_close can hang in librdkafka 2.0 (#4187, #4674): it gets a thread that is given
// up on at the deadline, sooner when nobody is there. All that matters was committed before.
void KafkaConsumer::leave(Duration deadline) {
  *callee_ = nullptr;
  events_.reset();
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
  left_behind_ = true;
  (void)callee_.release();
}

}  // namespace streamworker::kafka
