// count brokers=… topic=…: reads the whole topic as committed and prints, on one line, how many
// records each partition holds and the sum of their value bytes.
#include <cstdio>
#include <vector>

#include "client.h"

namespace {

constexpr size_t kBatch = 10000;

struct Counted {
  std::vector<long> records;
  long bytes = 0;
  int at_end = 0;
};

void take(const rd_kafka_message_t& message, Counted& counted) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++counted.records[size_t(message.partition)];
    counted.bytes += long(message.len);
  } else if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    ++counted.at_end;
  } else {
    bench::give_up(rd_kafka_message_errstr(&message));
  }
}

Counted read_all(rd_kafka_t* consumer, int partitions) {
  Counted counted{std::vector<long>(size_t(partitions))};
  std::vector<rd_kafka_message_t*> messages(kBatch);
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer);
  while (counted.at_end < partitions) {
    const ssize_t got = rd_kafka_consume_batch_queue(queue, 50, messages.data(), kBatch);
    for (ssize_t i = 0; i < got; ++i) {
      take(*messages[size_t(i)], counted);
      rd_kafka_message_destroy(messages[size_t(i)]);
    }
  }
  rd_kafka_queue_destroy(queue);
  return counted;
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  const bench::Handle consumer =
      bench::make_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", arguments.text("brokers")},
                                             {"group.id", "bench-count"},
                                             {"enable.auto.commit", "false"},
                                             {"enable.partition.eof", "true"},
                                             {"isolation.level", "read_committed"},
                                             {"queued.min.messages", "1000000"}});
  rd_kafka_poll_set_consumer(consumer.get());
  const int partitions = bench::assign_all(consumer.get(), arguments.text("topic"));
  const Counted counted = read_all(consumer.get(), partitions);
  rd_kafka_consumer_close(consumer.get());
  for (const long records : counted.records) {
    std::printf("%ld ", records);
  }
  std::printf("%ld\n", counted.bytes);
  return 0;
}
