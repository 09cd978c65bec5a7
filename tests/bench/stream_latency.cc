// stream_latency brokers=… in=… out=… rate=N seconds=N warm_up=N above=N: a steady stream of bids
// into topic `in`, and how long each takes until it is in hand from topic `out`.
//
// A thread sends, each millisecond what is due; another one reads what is committed, from the start
// of each partition, so both topics are new. Of the bids those with a price above `above` come out;
// their date_time is the moment before the call of produce, microseconds of the steady clock.
// Prints "first" when `warm_up` seconds are over, "last" `seconds` later, and when all are there:
// how many were measured, p50, p90, p99 and the largest of their microseconds, and p99 and the
// largest of how late the sender came to a millisecond's records.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bid.h"
#include "client.h"

namespace {

constexpr uint64_t kKeys = 100'000;
constexpr int64_t kTickMicros = 1000;
constexpr int64_t kLongestWait = 10'000'000;  // for a record
constexpr size_t kBatch = 1000;

int64_t now_micros() {
  using std::chrono::microseconds;
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<microseconds>(since) / microseconds(1);
}

void say(const char* line) {
  std::puts(line);
  std::fflush(stdout);
}

struct Plan {
  explicit Plan(const bench::Arguments& arguments)
      : rate(arguments.number("rate")),
        above(arguments.number("above")),
        measured_from(begin + arguments.number("warm_up") * 1'000'000),
        end(measured_from + arguments.number("seconds") * 1'000'000) {}

  int64_t rate;
  int64_t above;
  int64_t begin = now_micros();
  int64_t measured_from;
  int64_t end;
};

class Sender {
 public:
  Sender(const bench::Arguments& arguments, const Plan& plan)
      : plan_(plan),
        producer_(
            bench::make_handle(RD_KAFKA_PRODUCER, {{"bootstrap.servers", arguments.text("brokers")},
                                                   {"compression.codec", "lz4"},
                                                   {"linger.ms", "5"},
                                                   {"enable.idempotence", "true"},
                                                   {"socket.nagle.disable", "true"},
                                                   {"partitioner", "murmur2_random"}})),
        topic_(rd_kafka_topic_new(producer_.get(), arguments.text("in").c_str(), nullptr)) {}

  void run() {
    bool measured = false;
    for (int64_t tick = plan_.begin; tick < plan_.end; tick += kTickMicros) {
      std::this_thread::sleep_until(
          std::chrono::steady_clock::time_point(std::chrono::microseconds(tick)));
      if (tick >= plan_.measured_from) {
        late_.push_back(now_micros() - tick);
        if (!std::exchange(measured, true)) say("first");
      }
      send_until((tick - plan_.begin) * plan_.rate / 1'000'000);
      rd_kafka_poll(producer_.get(), 0);
    }
    say("last");
    if (rd_kafka_flush(producer_.get(), 10000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      bench::give_up("not all records were acknowledged");
    }
    expected_ = coming_out_;
  }

  // How many come out; known when all is sent, until then -1.
  int64_t expected() const { return expected_; }
  std::vector<int64_t>& late() { return late_; }

 private:
  void send_until(int64_t number) {
    for (; sent_ < number; ++sent_) {
      const auto n = uint64_t(sent_);
      const bench::Bid bid(n, bench::bidder_of(n, kKeys), now_micros());
      coming_out_ += bid.price() > plan_.above ? 1 : 0;
      bench::send(producer_.get(), topic_.get(), bid, 0);
    }
  }

  const Plan& plan_;
  bench::Handle producer_;
  bench::Topic topic_;
  int64_t sent_ = 0;
  int64_t coming_out_ = 0;
  std::atomic<int64_t> expected_{-1};
  std::vector<int64_t> late_;
};

class Receiver {
 public:
  Receiver(const bench::Arguments& arguments, const Plan& plan)
      : plan_(plan),
        consumer_(
            bench::make_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", arguments.text("brokers")},
                                                   {"group.id", "bench-latency"},
                                                   {"enable.auto.commit", "false"},
                                                   {"fetch.wait.max.ms", "10"},
                                                   {"socket.nagle.disable", "true"},
                                                   {"isolation.level", "read_committed"}})) {
    rd_kafka_poll_set_consumer(consumer_.get());
    bench::assign_all(consumer_.get(), arguments.text("out"));
    queue_ = rd_kafka_queue_get_consumer(consumer_.get());
  }
  ~Receiver() {
    rd_kafka_queue_destroy(queue_);
    rd_kafka_consumer_close(consumer_.get());
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // One is waited for, the others are those that came with it: a batch call waits until it is full.
  // False when nothing came.
  bool take() {
    rd_kafka_message_t* one = rd_kafka_consumer_poll(consumer_.get(), 100);
    if (one == nullptr) return false;
    take(one);
    const ssize_t got = rd_kafka_consume_batch_queue(queue_, 0, messages_.data(), messages_.size());
    for (ssize_t i = 0; i < got; ++i) take(messages_[size_t(i)]);
    return true;
  }

  int64_t received() const { return received_; }
  std::vector<int64_t>& latencies() { return latencies_; }

 private:
  void take(rd_kafka_message_t* message) {
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      bench::give_up(rd_kafka_message_errstr(message));
    }
    ++received_;
    const int64_t sent = date_time(*message);
    if (sent >= plan_.measured_from) latencies_.push_back(now_micros() - sent);
    rd_kafka_message_destroy(message);
  }

  static int64_t date_time(const rd_kafka_message_t& message) {
    constexpr std::string_view kName = "\"date_time\":";
    const std::string_view value(static_cast<const char*>(message.payload), message.len);
    const size_t at = value.find(kName);
    if (at == std::string_view::npos) bench::give_up("a record without date_time");
    return std::strtoll(value.data() + at + kName.size(), nullptr, 10);
  }

  const Plan& plan_;
  bench::Handle consumer_;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<rd_kafka_message_t*> messages_ = std::vector<rd_kafka_message_t*>(kBatch);
  int64_t received_ = 0;
  std::vector<int64_t> latencies_;
};

void receive_all(Receiver& receiver, const Sender& sender) {
  int64_t last = now_micros();
  while (sender.expected() < 0 || receiver.received() < sender.expected()) {
    if (receiver.take()) {
      last = now_micros();
    } else if (now_micros() > last + kLongestWait) {
      bench::give_up(std::to_string(receiver.received()) + " records arrived of " +
                     std::to_string(sender.expected()));
    }
  }
}

// Of sorted values.
long at(const std::vector<int64_t>& sorted, double share) {
  return sorted.empty() ? 0 : long(sorted[size_t(double(sorted.size() - 1) * share)]);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  const Plan plan(arguments);
  Sender sender(arguments, plan);
  Receiver receiver(arguments, plan);
  std::thread sending([&] { sender.run(); });
  receive_all(receiver, sender);
  sending.join();
  std::vector<int64_t>& found = receiver.latencies();
  std::vector<int64_t>& late = sender.late();
  std::sort(found.begin(), found.end());
  std::sort(late.begin(), late.end());
  std::printf("%zu %ld %ld %ld %ld %ld %ld\n", found.size(), at(found, 0.5), at(found, 0.9),
              at(found, 0.99), at(found, 1), at(late, 0.99), at(late, 1));
  return 0;
}
