#include "bid.h"

#include <cinttypes>
#include <cstdio>

#include "client.h"

namespace bench {
namespace {

constexpr size_t kValueBytes = 250;
constexpr uint64_t kStride = 2654435761;  // a prime: its multiples take turns in any other number
constexpr const char* kChannels[] = {"Google", "Facebook", "Baidu", "Apple"};

// splitmix64
uint64_t mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace

uint64_t bidder_of(uint64_t n, uint64_t keys) { return mix(n * 4 + 1) % keys; }

uint64_t turn_of(uint64_t n, uint64_t keys) { return n % keys * kStride % keys; }

Bid::Bid(uint64_t n, uint64_t bidder, int64_t date_time, bool with_id) {
  const uint64_t money = mix(n * 4 + 2);
  const uint64_t page = mix(n * 4 + 3);
  price_ = int64_t(1 + money % 10000);
  key_ = std::to_string(bidder);
  value_ = with_id ? "{\"id\":" + std::to_string(n) + "," : "{";
  char text[240];
  const int length = std::snprintf(
      text, sizeof text,
      "\"auction\":%" PRIu64 ",\"bidder\":%s,\"price\":%" PRId64
      ",\"channel\":\"%s\",\"url\":\"https://www.nexmark.example/%08" PRIx64
      "/item.htm?query=1&channel_id=%" PRIu64 "\",\"date_time\":%" PRId64 ",\"extra\":\"",
      1000 + (money >> 20) % 100000, key_.c_str(), price_, kChannels[(money >> 40) % 4],
      page & 0xFFFFFFFF, (page >> 32) % 10000, date_time);
  value_.append(text, size_t(length));
  pad(mix(page));
}

void Bid::pad(uint64_t letters) {
  while (value_.size() < kValueBytes - 2) {
    value_ += char('a' + letters % 26);
    letters = letters < 26 ? mix(value_.size() + letters) : letters / 26;
  }
  value_ += "\"}";
}

void send(rd_kafka_t* producer, rd_kafka_topic_t* topic, const Bid& bid, int64_t timestamp_ms) {
  for (;;) {
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        producer, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_KEY(bid.key().data(), bid.key().size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(bid.value().data()), bid.value().size()),
        RD_KAFKA_V_TIMESTAMP(timestamp_ms), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      return;
    }
    if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      give_up(std::string("produce: ") + rd_kafka_err2str(error));
    }
    rd_kafka_poll(producer, 10);
  }
}

}  // namespace bench
