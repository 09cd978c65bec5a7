// Kafka's and librdkafka's error codes: what to do about each (deploy/kafka-errors.md is made of
// this table; a test keeps it so).
#pragma once

#include <span>
#include <string>

#include <librdkafka/rdkafka.h>

#include "base/result.h"

namespace streamworker::kafka {

enum class Reaction {
  Wait,        // librdkafka tries again by itself, or the next call does: brokers, leaders,
               // coordinators, rebalances
  StartAgain,  // the producer or what was fetched is of no more use: a new producer, and the tasks
               // again from what is committed
  Stop,        // a person must act; `advice` says how
};

struct Rule {
  rd_kafka_resp_err_t code;
  Reaction reaction;
  const char* advice;  // of Stop
};

// Those that can reach us. All others: StartAgain.
std::span<const Rule> rules();
Reaction reaction_to(rd_kafka_resp_err_t code);

// Stop is Stop; the others are Retry: the caller starts again from what is known to be committed.
Remedy remedy_of(rd_kafka_resp_err_t code);

// "doing: Broker: Not leader for partition"; behind a Stop what to do.
Error error_of(rd_kafka_resp_err_t code, const std::string& doing);
// The same with a text in place of the code's.
Error error_of(rd_kafka_resp_err_t code, const std::string& doing, const std::string& text);
// Takes librdkafka's error over; must not be null.
Error error_of(rd_kafka_error_t* error, const std::string& doing);

}  // namespace streamworker::kafka
