#include "client.h"

#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace bench {

Arguments::Arguments(int count, char** values) {
  for (int i = 1; i < count; ++i) {
    const std::string argument = values[i];
    const size_t equals = argument.find('=');
    if (equals != std::string::npos) {
      values_[argument.substr(0, equals)] = argument.substr(equals + 1);
    }
  }
}

const std::string& Arguments::text(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    give_up("argument " + name + "=… is missing");
  }
  return found->second;
}

long Arguments::number(const std::string& name) const {
  return std::strtol(text(name).c_str(), nullptr, 10);
}

long Arguments::number_or(const std::string& name, long otherwise) const {
  return values_.contains(name) ? number(name) : otherwise;
}

Handle make_handle(rd_kafka_type_t type, const std::map<std::string, std::string>& settings) {
  char error[256];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), error, sizeof error) !=
        RD_KAFKA_CONF_OK) {
      give_up(error);
    }
  }
  Handle handle(rd_kafka_new(type, conf, error, sizeof error));
  if (!handle) {
    give_up(error);
  }
  return handle;
}

int partition_count(rd_kafka_t* handle, const std::string& topic) {
  const Topic asked(rd_kafka_topic_new(handle, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(handle, 0, asked.get(), &metadata, 10000) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      metadata->topics[0].partition_cnt == 0) {
    give_up("no topic " + topic);
  }
  const int count = metadata->topics[0].partition_cnt;
  rd_kafka_metadata_destroy(metadata);
  return count;
}

int assign_all(rd_kafka_t* consumer, const std::string& topic) {
  const int partitions = partition_count(consumer, topic);
  rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(partitions);
  for (int partition = 0; partition < partitions; ++partition) {
    rd_kafka_topic_partition_list_add(all, topic.c_str(), partition)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(consumer, all);
  rd_kafka_topic_partition_list_destroy(all);
  return partitions;
}

void give_up(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  _exit(1);
}

}  // namespace bench
