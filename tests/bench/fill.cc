// fill brokers=… topic=… records=N keys=N id=0|1 [each=1] [rate=N]: fills an existing topic with N
// bids.
//
// Record n depends on n alone, so two topics of the same size are equal: see bid.h. The partition
// is the one that Java's client chooses (murmur2); timestamp and date_time are 2025-01-01 00:00:00
// UTC plus n/10 ms. each=1: each run of `keys` records has each bidder once. rate: so many a
// second, else as fast as it goes.
#include <algorithm>
#include <chrono>
#include <thread>

#include "bid.h"
#include "client.h"

namespace {

constexpr int64_t kFirstEventMs = 1735689600000;
constexpr int64_t kEventsPerMs = 10;
constexpr long kPausesPerSecond = 200;

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
    const auto number = uint64_t(n);
    const int64_t time = kFirstEventMs + n / kEventsPerMs;
    const uint64_t bidder = each ? bench::turn_of(number, keys) : bench::bidder_of(number, keys);
    bench::send(producer.get(), topic.get(), bench::Bid(number, bidder, time, with_id), time);
    if (n % 1024 == 0) {
      rd_kafka_poll(producer.get(), 0);
    }
  }
  if (rd_kafka_flush(producer.get(), 120000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    bench::give_up("not all records were acknowledged");
  }
  return 0;
}
