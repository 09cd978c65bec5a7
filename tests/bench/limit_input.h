// The input of a limit program: all records of a topic, taken in batches by one thread.
//
// Speaks with bench.py: prints "first" when the first record is there and "done" when everything is
// written and committed, then waits to be read out and ends when its standard input does.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <simdjson.h>
#include <unistd.h>

#include "client.h"

namespace bench {

class Input {
 public:
  explicit Input(const Arguments& arguments)
      : wanted_(arguments.number("records")),
        consumer_(make_handle(RD_KAFKA_CONSUMER, {{"bootstrap.servers", arguments.text("brokers")},
                                                  {"group.id", arguments.text("app")},
                                                  {"enable.auto.commit", "false"},
                                                  {"queued.min.messages", "1000000"},
                                                  {"queued.max.messages.kbytes", "1000000"},
                                                  {"fetch.wait.max.ms", "10"}})) {
    rd_kafka_poll_set_consumer(consumer_.get());
    const std::string& topic = arguments.text("in");
    const int partitions = partition_count(consumer_.get(), topic);
    positions_ = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; ++partition) {
      rd_kafka_topic_partition_list_add(positions_, topic.c_str(), partition)->offset =
          RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_assign(consumer_.get(), positions_);
    queue_ = rd_kafka_queue_get_consumer(consumer_.get());
  }

  // Calls each(object, message) for every record, and flush() each second and at the end, after
  // which the positions are committed. Then ends the program.
  template <class Each, class Flush>
  [[noreturn]] void drain(Each each, Flush flush) {
    std::vector<rd_kafka_message_t*> messages(kBatch);
    Clock::time_point next_commit{};
    while (taken_ < wanted_) {
      const ssize_t got =
          rd_kafka_consume_batch_queue(queue_, kWaitMs, messages.data(), messages.size());
      const Clock::time_point now = Clock::now();
      if (taken_ == 0 && got > 0) {
        say("first");
        next_commit = now + std::chrono::seconds(1);
      }
      for (ssize_t i = 0; i < got; ++i) {
        take(messages[size_t(i)], each);
      }
      if (taken_ > 0 && now >= next_commit) {
        flush();
        rd_kafka_commit(consumer_.get(), positions_, 1);
        next_commit = Clock::now() + std::chrono::seconds(1);
      }
    }
    flush();
    if (rd_kafka_commit(consumer_.get(), positions_, 0) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      give_up("commit failed");
    }
    say("done");
    char end = 0;
    while (read(STDIN_FILENO, &end, 1) > 0) {
    }
    _exit(0);  // giving back what was fetched is no part of the job
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr size_t kBatch = 2000;
  static constexpr int kWaitMs = 100;  // the call waits this long for a full batch

  static void say(const char* line) {
    std::puts(line);
    std::fflush(stdout);
  }

  template <class Each>
  void take(rd_kafka_message_t* message, Each& each) {
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && taken_ < wanted_) {
      ++taken_;
      memcpy(padded_.data(), message->payload, message->len);  // the parser reads behind the end
      simdjson::ondemand::document document =
          parser_.iterate(padded_.data(), message->len, padded_.size());
      simdjson::ondemand::object object = document.get_object();
      each(object, *message);
      positions_->elems[message->partition].offset = message->offset + 1;
    }
    rd_kafka_message_destroy(message);
  }

  long wanted_;
  long taken_ = 0;
  Handle consumer_;
  rd_kafka_topic_partition_list_t* positions_ = nullptr;  // next offset of each partition
  rd_kafka_queue_t* queue_ = nullptr;
  simdjson::ondemand::parser parser_;
  std::vector<char> padded_ = std::vector<char>(1 << 16);
};

}  // namespace bench
