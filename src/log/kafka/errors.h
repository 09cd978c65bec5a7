// librdkafka's error codes as ours: what to do about each.
#pragma once

#include <string>

#include <librdkafka/rdkafka.h>

#include "base/result.h"

namespace streamworker::kafka {

// Stop: a person must act (authentication, authorization, a property, a topic's limits).
// Retry: everything else; the caller starts again from what is known to be committed.
Remedy remedy_of(rd_kafka_resp_err_t code);

// "doing: Broker: Not leader for partition"
Error error_of(rd_kafka_resp_err_t code, const std::string& doing);
// Takes librdkafka's error over; must not be null.
Error error_of(rd_kafka_error_t* error, const std::string& doing);

}  // namespace streamworker::kafka
