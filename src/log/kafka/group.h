// The group metadata of a KafkaConsumer (generation, member id) on its way to a KafkaProducer.
#pragma once

#include "log/kafka/handles.h"
#include "log/log.h"

namespace streamworker::kafka {

class KafkaGroup final : public GroupMetadata {
 public:
  explicit KafkaGroup(rd_kafka_consumer_group_metadata_t* it) : it_(it) {}
  const rd_kafka_consumer_group_metadata_t* get() const { return it_.get(); }

 private:
  Owned<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy> it_;
};

}  // namespace streamworker::kafka
