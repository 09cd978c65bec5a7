#include "log/kafka/errors.h"

#include <algorithm>
#include <array>

#include "log/kafka/handles.h"

namespace streamworker::kafka {

namespace {

constexpr const char* kCredentials =
    "see sasl.mechanism, sasl.username and sasl.password under kafka.properties";
constexpr const char* kOutOfRange =
    "records were deleted before they were taken, or the topic was made anew: decide what to do "
    "about the gap, move the group's offset (kafka-consumer-groups --reset-offsets) and the row in "
    "streamworker_offsets, and start again";
constexpr const char* kRecord =
    "compare the topic's max.message.bytes, message.timestamp.after.max.ms and cleanup.policy with "
    "what is written";
constexpr const char* kTopicRights =
    "allow the worker's user READ on topics that it reads, WRITE on those that it writes, DESCRIBE "
    "and DESCRIBE_CONFIGS on both";
constexpr const char* kVersion = "brokers must be Kafka 2.5 or newer";
constexpr const char* kNewTopic =
    "create the topic by hand, or see streams.S.partitions and kafka.replication";
constexpr const char* kProperty = "see kafka.properties";

constexpr auto kRules = std::to_array<Rule>({
    // Brokers that are away or slow, or have just become or ceased to be responsible; groups that
    // rebalance. A topic that is gone is found by the worker itself, which asks for all of them.
    {RD_KAFKA_RESP_ERR__TRANSPORT, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__RESOLVE, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__WAIT_COORD, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__WAIT_CACHE, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__NODE_UPDATE, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__UNKNOWN_BROKER, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__IN_PROGRESS, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__RETRY, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__PARTITION_EOF, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__SSL, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_NOT_CONTROLLER, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_FETCH_SESSION_ID_NOT_FOUND, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_INVALID_FETCH_SESSION_EPOCH, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_MEMBER_ID_REQUIRED, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, Reaction::Wait, ""},
    {RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, Reaction::Wait, ""},
    // A producer that may not go on, a record that will not arrive, a batch that cannot be read.
    {RD_KAFKA_RESP_ERR__FENCED, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__FATAL, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__STATE, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__PURGE_QUEUE, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__INCONSISTENT, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__BAD_MSG, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR__BAD_COMPRESSION, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_TRANSACTION_COORDINATOR_FENCED, Reaction::StartAgain, ""},
    {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, Reaction::StartAgain, ""},  // KafkaConsumer::join_again
    {RD_KAFKA_RESP_ERR_INVALID_MSG, Reaction::StartAgain, ""},
    // A person must act.
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, Reaction::Stop, kCredentials},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, Reaction::Stop, kCredentials},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, Reaction::Stop, kCredentials},
    {RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, Reaction::Stop, kCredentials},
    {RD_KAFKA_RESP_ERR_SECURITY_DISABLED, Reaction::Stop, kCredentials},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Reaction::Stop, kTopicRights},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, Reaction::Stop,
     "allow the worker's user READ on the consumer group, which is `app`"},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, Reaction::Stop,
     "allow the worker's user IDEMPOTENT_WRITE on the cluster, and CREATE if it is to create "
     "topics"},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, Reaction::Stop,
     "allow the worker's user WRITE and DESCRIBE on transactional ids that begin with `app` and a "
     "dash"},
    {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, Reaction::Stop, kOutOfRange},
    {RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, Reaction::Stop, kOutOfRange},
    {RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, Reaction::Stop,
     "another application is in this consumer group: give this one another `app`"},
    {RD_KAFKA_RESP_ERR_INVALID_GROUP_ID, Reaction::Stop, "choose another `app`"},
    {RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED, Reaction::Stop,
     "raise the brokers' group.max.size, or run fewer threads and workers"},
    {RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, Reaction::Stop,
     "set session.timeout.ms under kafka.properties to what the brokers allow "
     "(group.min.session.timeout.ms, group.max.session.timeout.ms)"},
    {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, Reaction::Stop,
     "the brokers' transaction.max.timeout.ms must be 10 s at least"},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Reaction::Stop, kRecord},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, Reaction::Stop, kRecord},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, Reaction::Stop, kRecord},
    {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, Reaction::Stop, kRecord},
    {RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE, Reaction::Stop,
     "raise the brokers' offset.metadata.max.bytes"},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, Reaction::Stop, kVersion},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, Reaction::Stop, kVersion},
    {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, Reaction::Stop, kVersion},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, Reaction::Stop, "choose another name for the topic"},
    {RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, Reaction::Stop, kNewTopic},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, Reaction::Stop, kNewTopic},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICA_ASSIGNMENT, Reaction::Stop, kNewTopic},
    {RD_KAFKA_RESP_ERR_INVALID_CONFIG, Reaction::Stop, kNewTopic},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, Reaction::Stop, kNewTopic},
    {RD_KAFKA_RESP_ERR__INVALID_ARG, Reaction::Stop, kProperty},
    {RD_KAFKA_RESP_ERR__NOT_CONFIGURED, Reaction::Stop, kProperty},
});

}  // namespace

std::span<const Rule> rules() { return kRules; }

Reaction reaction_to(rd_kafka_resp_err_t code) {
  const auto* rule =
      std::find_if(kRules.begin(), kRules.end(), [=](const Rule& it) { return it.code == code; });
  return rule == kRules.end() ? Reaction::StartAgain : rule->reaction;
}

Remedy remedy_of(rd_kafka_resp_err_t code) {
  return reaction_to(code) == Reaction::Stop ? Remedy::Stop : Remedy::Retry;
}

Error error_of(rd_kafka_resp_err_t code, const std::string& doing, const std::string& text) {
  const auto* rule =
      std::find_if(kRules.begin(), kRules.end(), [=](const Rule& it) { return it.code == code; });
  std::string message = doing + ": " + text;
  if (rule != kRules.end() && rule->reaction == Reaction::Stop)
    message += std::string("; ") + rule->advice;
  return {remedy_of(code), std::move(message)};
}

Error error_of(rd_kafka_resp_err_t code, const std::string& doing) {
  return error_of(code, doing, rd_kafka_err2str(code));
}

Error error_of(rd_kafka_error_t* error, const std::string& doing) {
  KafkaError owned(error);
  return error_of(rd_kafka_error_code(error), doing, rd_kafka_error_string(error));
}

}  // namespace streamworker::kafka
