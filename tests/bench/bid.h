// The benchmark's record.
#pragma once

#include <cstdint>
#include <string>

#include <librdkafka/rdkafka.h>

namespace bench {

// Of bid n: uniform over `keys`.
uint64_t bidder_of(uint64_t n, uint64_t keys);
// Of bid n, when each run of `keys` bids is to have each bidder once.
uint64_t turn_of(uint64_t n, uint64_t keys);

// Bid n depends on n, its bidder and its date_time alone. The value is JSON of exactly 250 bytes;
// the key is the bidder in decimal; the price is uniform over 1..10000. with_id puts a leading
// "id": n into the value.
class Bid {
 public:
  Bid(uint64_t n, uint64_t bidder, int64_t date_time, bool with_id = false);

  const std::string& key() const { return key_; }
  const std::string& value() const { return value_; }
  int64_t price() const { return price_; }

 private:
  void pad(uint64_t letters);

  int64_t price_;
  std::string key_;
  std::string value_;
};

// Waits while the producer's queue is full. A timestamp of 0 is now.
void send(rd_kafka_t* producer, rd_kafka_topic_t* topic, const Bid& bid, int64_t timestamp_ms);

}  // namespace bench
