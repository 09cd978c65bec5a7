#include "log/kafka/admin.h"

#include <algorithm>
#include <array>
#include <thread>

#include "base/format.h"
#include "log/kafka/errors.h"

namespace streamworker::kafka {

namespace {

constexpr int kTimeoutMs = 10'000;
constexpr int kFindMs = 3'000;                          // somebody who answers
constexpr Duration kSettle = std::chrono::seconds(30);  // a new topic is known everywhere by then
constexpr auto kSettlePause = std::chrono::milliseconds(100);

using NewTopicPtr = Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using Resource = Owned<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using Options = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using DeleteRecords = Owned<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;

}  // namespace

Error Admin::failed(rd_kafka_resp_err_t code, const std::string& doing) {
  if (reaction_to(code) != Reaction::Wait) return error_of(code, doing);
  connection_.suspect();
  if (auto refused = connection_.refused()) return *refused;
  const std::string away = connection_.away();
  return away.empty() ? error_of(code, doing) : error_of(code, doing, away);
}

template <class Ask>
Result<Event> Admin::answer(rd_kafka_admin_op_t what, const std::string& doing, Ask ask) {
  Options options(rd_kafka_AdminOptions_new(client_, what));
  std::array<char, 256> why{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kTimeoutMs, why.data(), why.size());
  Queue queue(rd_kafka_queue_new(client_));
  ask(options.get(), queue.get());
  Event event(rd_kafka_queue_poll(queue.get(), 2 * kTimeoutMs));
  if (!event) return failed(RD_KAFKA_RESP_ERR__TIMED_OUT, doing);
  if (auto code = rd_kafka_event_error(event.get()); code != 0) return failed(code, doing);
  return event;
}

Result<std::optional<int32_t>> Admin::partitions(const std::string& topic) {
  Topic handle(rd_kafka_topic_new(client_, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* raw = nullptr;
  if (auto code = rd_kafka_metadata(client_, 0, handle.get(), &raw, kFindMs); code != 0)
    return failed(code, "asking for topic " + topic);
  const Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata(raw);
  if (raw->topic_cnt != 1) return std::optional<int32_t>();
  const rd_kafka_metadata_topic_t& found = raw->topics[0];
  if (found.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return std::optional<int32_t>();
  if (found.err != 0) return error_of(found.err, "asking for topic " + topic);
  return std::optional<int32_t>(found.partition_cnt);
}

Result<std::optional<TopicInfo>> Admin::describe(const std::string& topic) {
  auto count = partitions(topic);
  if (!count) return count.error();
  if (!*count) return std::optional<TopicInfo>();
  TopicInfo info;
  info.partitions = **count;
  if (auto done = read_limits(topic, info); !done) return done.error();
  return std::optional<TopicInfo>(info);
}

Result<Admin::TopicSettings> Admin::settings(const std::string& topic) {
  const std::string doing = "asking for the settings of " + topic;
  Resource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* one = resource.get();
  auto event = answer(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, doing,
                      [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                        rd_kafka_DescribeConfigs(client_, &one, 1, options, queue);
                      });
  if (!event) return event.error();
  size_t count = 0;
  const auto* resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event->get()), &count);
  if (count != 1) return retry(doing + ": no answer");
  if (auto code = rd_kafka_ConfigResource_error(resources[0]); code != 0)
    return error_of(code, doing);
  const auto* entries = rd_kafka_ConfigResource_configs(resources[0], &count);
  TopicSettings all;
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    const bool own =
        rd_kafka_ConfigEntry_source(entries[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
    all[rd_kafka_ConfigEntry_name(entries[i])] = {value == nullptr ? "" : value, own};
  }
  return all;
}

Result<void> Admin::read_limits(const std::string& topic, TopicInfo& info) {
  auto all = settings(topic);
  if (!all) return all.error();
  const auto number = [&](const char* name, int64_t otherwise) {
    const auto found = all->find(name);
    return found == all->end() ? otherwise : std::stoll(found->second.value);
  };
  info.max_message_bytes = number("max.message.bytes", info.max_message_bytes);
  const int64_t ahead = number("message.timestamp.after.max.ms", INT64_MAX);
  if (ahead < INT64_MAX / 1000 && (*all)["message.timestamp.type"].value != "LogAppendTime")
    info.max_ahead = std::chrono::milliseconds(ahead);
  const std::string& policy = (*all)["cleanup.policy"].value;
  const bool deletes = policy.find("delete") != std::string::npos &&
                       (number("retention.ms", -1) >= 0 || number("retention.bytes", -1) >= 0);
  info.compacted = policy.find("compact") != std::string::npos && !deletes;
  const int64_t stay = number("delete.retention.ms", 86'400'000);
  info.tombstones_stay = std::chrono::milliseconds(std::min(stay, INT64_MAX / 1000));
  return {};
}

// The order of librdkafka 2.0 replaces all settings of a topic, so its own go along.
Result<void> Admin::set(const std::string& topic,
                        const std::map<std::string, std::string>& settings) {
  const std::string doing = "changing the settings of " + topic;
  auto all = this->settings(topic);
  if (!all) return all.error();
  Resource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  for (const auto& [name, setting] : *all)
    if (setting.own && !settings.contains(name))
      rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), setting.value.c_str());
  for (const auto& [name, value] : settings)
    rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str());
  rd_kafka_ConfigResource_t* one = resource.get();
  auto event = answer(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, doing,
                      [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                        rd_kafka_AlterConfigs(client_, &one, 1, options, queue);
                      });
  if (!event) return event.error();
  size_t count = 0;
  const auto* results = rd_kafka_AlterConfigs_result_resources(
      rd_kafka_event_AlterConfigs_result(event->get()), &count);
  if (count != 1) return retry(doing + ": no answer");
  if (auto code = rd_kafka_ConfigResource_error(results[0]); code != 0)
    return error_of(code, doing);
  return wait_for(topic, settings);
}

// Who asks next must see them.
Result<void> Admin::wait_for(const std::string& topic,
                             const std::map<std::string, std::string>& settings) {
  const SystemClock clock;
  const Duration deadline = clock.steady() + kSettle;
  while (clock.steady() < deadline) {
    auto now = this->settings(topic);
    if (!now) return now.error();
    const bool all = std::all_of(settings.begin(), settings.end(), [&](const auto& wanted) {
      return (*now)[wanted.first].value == wanted.second;
    });
    if (all) return {};
    std::this_thread::sleep_for(kSettlePause);  // no event tells us
  }
  return retry("the settings of topic " + topic + " were changed but the broker does not say so");
}

Result<int> Admin::members(const std::string& group) {
  const std::string doing = "asking who is in the group " + group;
  const char* one = group.c_str();
  auto event = answer(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, doing,
                      [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                        rd_kafka_DescribeConsumerGroups(client_, &one, 1, options, queue);
                      });
  if (!event) return event.error();
  size_t count = 0;
  const auto* groups = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(event->get()), &count);
  if (count != 1) return retry(doing + ": no answer");
  if (const auto* error = rd_kafka_ConsumerGroupDescription_error(groups[0]))
    return error_of(rd_kafka_error_code(error), doing);
  return static_cast<int>(rd_kafka_ConsumerGroupDescription_member_count(groups[0]));
}

// Brokers know a topic before its leaders know that they are.
bool Admin::usable(const NewTopic& topic) {
  const auto known = partitions(topic.name);
  if (!known || !*known) return false;
  for (int32_t i = 0; i < **known; ++i)
    if (!watermarks({topic.name, i})) return false;
  return true;
}

Result<void> Admin::create(const NewTopic& topic) {
  std::array<char, 512> why{};
  NewTopicPtr order(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions,
                                          topic.replication.value_or(-1), why.data(), why.size()));
  if (!order) return stop("creating topic " + topic.name + ": " + why.data());
  for (const auto& [name, value] : topic.settings)
    rd_kafka_NewTopic_set_config(order.get(), name.c_str(), value.c_str());
  rd_kafka_NewTopic_t* one = order.get();
  auto event = answer(RD_KAFKA_ADMIN_OP_CREATETOPICS, "creating topic " + topic.name,
                      [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                        rd_kafka_CreateTopics(client_, &one, 1, options, queue);
                      });
  if (!event) return event.error();
  size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  const auto code = count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR__FAIL;
  if (code != 0 && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    return failed(code, "creating topic " + topic.name);
  const SystemClock clock;
  const Duration deadline = clock.steady() + kSettle;
  while (clock.steady() < deadline) {
    if (usable(topic)) return {};
    std::this_thread::sleep_for(kSettlePause);  // the broker spreads the news; no event tells us
  }
  return retry("topic " + topic.name + " was created but the broker does not know it yet");
}

// Not rd_kafka_query_watermark_offsets: in librdkafka 2.0 that waits for a broker that is away for
// ever, whatever its timeout (#4460).
Result<Offset> offset_at(rd_kafka_t* client, const TopicPartition& of, Edge edge, int timeout_ms) {
  Partitions list(rd_kafka_topic_partition_list_new(1));
  auto* one = rd_kafka_topic_partition_list_add(list.get(), of.topic.c_str(), of.partition);
  one->offset = edge == Edge::Start ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
  auto code = rd_kafka_offsets_for_times(client, list.get(), timeout_ms);
  if (code == 0) code = one->err;
  if (code != 0) return error_of(code, "asking for the ends of " + to_string(of));
  return one->offset;
}

Result<Watermarks> Admin::watermarks(const TopicPartition& of) {
  Watermarks marks;
  for (const Edge edge : {Edge::Start, Edge::End}) {
    auto found = offset_at(client_, of, edge, kTimeoutMs);
    if (!found) return found.error();
    (edge == Edge::Start ? marks.start : marks.end) = *found;
  }
  return marks;
}

Result<void> Admin::delete_records(const std::vector<Position>& below) {
  if (below.empty()) return {};
  Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(below.size())));
  for (const auto& [at, offset] : below)
    rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition)->offset = offset;
  DeleteRecords order(rd_kafka_DeleteRecords_new(list.get()));
  rd_kafka_DeleteRecords_t* one = order.get();
  auto event = answer(RD_KAFKA_ADMIN_OP_DELETERECORDS, "deleting consumed records",
                      [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
                        rd_kafka_DeleteRecords(client_, &one, 1, options, queue);
                      });
  if (!event) return event.error();
  const auto* results =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event->get()));
  for (int i = 0; i < results->cnt; ++i)
    if (const auto& result = results->elems[i]; result.err != 0)
      return error_of(result.err,
                      "deleting records of " + to_string({result.topic, result.partition}));
  return {};
}

}  // namespace streamworker::kafka
