// fill brokers=… topic=… records=N keys=N id=0|1 [each=1] [rate=N]: fills an existing topic with N
// bids.
//
// Record n depends on n alone, so two topics of the same size are equal. The value is JSON of
// exactly 250 bytes; the key is the bidder in decimal, uniform over `keys`; the partition is the
// one that Java's client chooses (murmur2); the timestamp is 2025-01-01 00:00:00 UTC plus n/10 ms;
// the price is uniform over 1..10000. id=1 puts a leading "id": n into the value. each=1: each run
// of `keys` records has each bidder once. rate: so many a second, else as fast as it goes.
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include "client.h"

namespace {

constexpr int64_t kFirstEventMs = 1735689600000;
constexpr uint64_t kEventsPerMs = 10;
constexpr size_t kValueBytes = 250;
constexpr uint64_t kStride = 2654435761;  // a prime: its multiples take turns in any other number
constexpr long kPausesPerSecond = 200;
constexpr const char* kChannels[] = {"Google", "Facebook", "Baidu", "Apple"};

// splitmix64
uint64_t mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

uint64_t bidder_of(uint64_t n, uint64_t keys, bool each) {
  return (each ? n % keys * kStride : mix(n * 4 + 1)) % keys;
}

class Bid {
 public:
  Bid(uint64_t n, uint64_t bidder, bool with_id)
      : timestamp_(kFirstEventMs + int64_t(n / kEventsPerMs)) {
    const uint64_t money = mix(n * 4 + 2);
    const uint64_t page = mix(n * 4 + 3);
    key_ = std::to_string(bidder);
    value_ = with_id ? "{\"id\":" + std::to_string(n) + "," : "{";
    char text[240];
    const int length = std::snprintf(
        text, sizeof text,
        "\"auction\":%" PRIu64 ",\"bidder\":%s,\"price\":%" PRIu64
        ",\"channel\":\"%s\",\"url\":\"https://www.nexmark.example/%08" PRIx64
        "/item.htm?query=1&channel_id=%" PRIu64 "\",\"date_time\":%" PRId64 ",\"extra\":\"",
        1000 + (money >> 20) % 100000, key_.c_str(), 1 + money % 10000,
        kChannels[(money >> 40) % 4], page & 0xFFFFFFFF, (page >> 32) % 10000, timestamp_);
    value_.append(text, size_t(length));
    pad(mix(page));
  }

  const std::string& key() const { return key_; }
  const std::string& value() const { return value_; }
  int64_t timestamp() const { return timestamp_; }

 private:
  void pad(uint64_t letters) {
    while (value_.size() < kValueBytes - 2) {
      value_ += char('a' + letters % 26);
      letters = letters < 26 ? mix(value_.size() + letters) : letters / 26;
    }
    value_ += "\"}";
  }

  int64_t timestamp_;
  std::string key_;
  std::string value_;
};

void send(rd_kafka_t* producer, rd_kafka_topic_t* topic, const Bid& bid) {
  for (;;) {
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        producer, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_KEY(bid.key().data(), bid.key().size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(bid.value().data()), bid.value().size()),
        RD_KAFKA_V_TIMESTAMP(bid.timestamp()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      return;
    }
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      bench::give_up(std::string("produce: ") + rd_kafka_err2str(error));
    }
    rd_kafka_poll(producer, 10);
  }
}

// Holds the producer back to `rate` records a second; 0: not at all.
class Pace {
 public:
  explicit Pace(long rate) : rate_(rate), pause_each_(std::max(rate / kPausesPerSecond, 1L)) {}
  void before(long n) const {
    if (rate_ != 0 && n % pause_each_ == 0)
      std::this_thread::sleep_until(began_ + std::chrono::microseconds(n * 1'000'000 / rate_));
  }

 private:
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  const long rate_;
  const long pause_each_;
};

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  const long rate = arguments.number_or("rate", 0);
  const bench::Handle producer =
      bench::make_handle(RD_KAFKA_PRODUCER, {{"bootstrap.servers", arguments.text("brokers")},
                                             {"compression.codec", "lz4"},
                                             {"linger.ms", rate == 0 ? "20" : "5"},
                                             {"batch.size", "131072"},
                                             {"enable.idempotence", "true"},
                                             {"partitioner", "murmur2_random"},
                                             {"queue.buffering.max.messages", "500000"}});
  const bench::Topic topic(
      rd_kafka_topic_new(producer.get(), arguments.text("topic").c_str(), nullptr));
  const bool with_id = arguments.number("id") != 0;
  const auto keys = uint64_t(arguments.number("keys"));
  const bool each = arguments.number_or("each", 0) != 0;
  const long records = arguments.number("records");
  const Pace pace(rate);
  for (long n = 0; n < records; ++n) {
    pace.before(n);
    send(producer.get(), topic.get(),
         Bid(uint64_t(n), bidder_of(uint64_t(n), keys, each), with_id));
    if (n % 1024 == 0) {
      rd_kafka_poll(producer.get(), 0);
    }
  }
  if (rd_kafka_flush(producer.get(), 120000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    bench::give_up("not all records were acknowledged");
  }
  return 0;
}
