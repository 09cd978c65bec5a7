// What the benchmark's programs share: arguments, a librdkafka handle, giving up.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <librdkafka/rdkafka.h>

namespace bench {

// Arguments of the form name=value.
class Arguments {
 public:
  Arguments(int count, char** values);
  // Ends the program when it is missing.
  const std::string& text(const std::string& name) const;
  long number(const std::string& name) const;
  long number_or(const std::string& name, long otherwise) const;

 private:
  std::map<std::string, std::string> values_;
};

struct DestroyHandle {
  void operator()(rd_kafka_t* handle) const { rd_kafka_destroy(handle); }
};
struct DestroyTopic {
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
using Handle = std::unique_ptr<rd_kafka_t, DestroyHandle>;
using Topic = std::unique_ptr<rd_kafka_topic_t, DestroyTopic>;

Handle make_handle(rd_kafka_type_t type, const std::map<std::string, std::string>& settings);
int partition_count(rd_kafka_t* handle, const std::string& topic);
// The consumer reads all partitions of the topic from their start. Returns how many they are.
int assign_all(rd_kafka_t* consumer, const std::string& topic);

// Prints the message and ends the program with 1.
[[noreturn]] void give_up(const std::string& message);

}  // namespace bench
