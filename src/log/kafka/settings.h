// Configurations of librdkafka's clients.
#pragma once

#include "log/kafka/handles.h"
#include "log/kafka/kafka.h"

namespace streamworker::kafka {

// What every client needs; librdkafka's own log lines go to ours.
Conf base_conf(const Settings& settings, const std::string& client_id);
// The user's properties. Stop: one is refused; says which.
Result<void> apply_properties(Conf& conf, const Settings& settings);
// Stop: librdkafka does not take it.
Result<void> set(Conf& conf, const std::string& name, const std::string& value);
// Sets what a newer librdkafka has and an older one does not know.
void set_if_known(Conf& conf, const std::string& name, const std::string& value);
// Makes the client. The configuration is used up.
Result<Handle> make_handle(rd_kafka_type_t type, Conf conf);

}  // namespace streamworker::kafka
