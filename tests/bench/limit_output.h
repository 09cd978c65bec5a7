// What a limit program writes to a topic: at least once, a fixed partition for each record.
#pragma once

#include <string_view>

#include "client.h"

namespace bench {

class Output {
 public:
  explicit Output(const Arguments& arguments)
      : producer_(make_handle(RD_KAFKA_PRODUCER, {{"bootstrap.servers", arguments.text("brokers")},
                                                  {"compression.codec", "lz4"},
                                                  {"linger.ms", "20"},
                                                  {"batch.size", "262144"},
                                                  {"batch.num.messages", "20000"},
                                                  {"queue.buffering.max.messages", "1000000"}})),
        topic_(rd_kafka_topic_new(producer_.get(), arguments.text("out").c_str(), nullptr)) {}

  void send(int32_t partition, std::string_view key, std::string_view value) {
    while (rd_kafka_produce(topic_.get(), partition, RD_KAFKA_MSG_F_COPY,
                            const_cast<char*>(value.data()), value.size(), key.data(), key.size(),
                            nullptr) != 0) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        give_up("produce failed");
      }
      rd_kafka_poll(producer_.get(), 5);
    }
  }

  void flush() {
    if (rd_kafka_flush(producer_.get(), 60000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      give_up("flush failed");
    }
  }

 private:
  Handle producer_;
  Topic topic_;
};

}  // namespace bench
