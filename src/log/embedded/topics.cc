#include "log/embedded/topics.h"

#include <algorithm>
#include <charconv>

namespace streamworker::embedded {
namespace {

constexpr int32_t kMaxPartitions = 10000;
constexpr const char* kLimitSetting = "max.message.bytes";
constexpr const char* kPolicySetting = "cleanup.policy";
constexpr char kCompacted = 'c';  // behind a topic's numbers

bool is_compacted(const std::map<std::string, std::string>& settings) {
  const auto policy = settings.find(kPolicySetting);
  return policy != settings.end() && policy->second.find("compact") != std::string::npos;
}

Result<TopicInfo> info_of(const NewTopic& topic) {
  if (topic.name.empty()) return stop("a topic needs a name");
  if (topic.partitions < 1 || topic.partitions > kMaxPartitions)
    return stop("topic " + topic.name + ": partitions must be 1 to " +
                std::to_string(kMaxPartitions) + ", not " + std::to_string(topic.partitions));
  TopicInfo info;
  info.partitions = topic.partitions;
  info.compacted = is_compacted(topic.settings);
  const auto limit = topic.settings.find(kLimitSetting);
  if (limit == topic.settings.end()) return info;
  const std::string& text = limit->second;
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), info.max_message_bytes);
  if (failed != std::errc() || end != text.data() + text.size() || info.max_message_bytes < 0)
    return stop("topic " + topic.name + ": " + kLimitSetting + " must be a number of bytes, not " +
                text);
  return info;
}

}  // namespace

Result<void> Topics::load() {
  rocks::Iterator it = database_.prefix(kTopicPrefix);
  for (it.seek(kTopicPrefix); it.valid(); it.next()) {
    if (auto loaded = load_topic(it.key().substr(kTopicPrefix.size()), it.value()); !loaded)
      return loaded;
  }
  return it.status();
}

Result<void> Topics::load_topic(std::string_view name, std::string_view value) {
  const auto id = take_u32(value);
  const auto partitions = take_u32(value);
  const auto limit = take_u64(value);
  if (!id || !partitions || !limit)
    return stop("the database in " + database_.path() + " is damaged: topic " + std::string(name));
  TopicInfo info;
  info.partitions = static_cast<int32_t>(*partitions);
  info.max_message_bytes = static_cast<int64_t>(*limit);
  info.compacted = !value.empty() && value.front() == kCompacted;
  next_id_ = std::max(next_id_, *id + 1);
  for (Partition& partition : add(*id, name, info).partitions)
    if (auto loaded = load_offsets(partition); !loaded) return loaded;
  return {};
}

// The end is behind the last record; where all were deleted, the start is all that tells.
Result<void> Topics::load_offsets(Partition& partition) const {
  auto stored = database_.get(start_key(partition.id));
  if (!stored) return stored.error();
  Offset start = 0;
  if (stored->has_value()) {
    std::string_view number = **stored;
    start = static_cast<Offset>(take_u64(number).value_or(0));
  }
  rocks::Iterator it = database_.range(record_key(partition.id, start),
                                       rocks::end_of_prefix(records_prefix(partition.id)));
  it.seek_last();
  auto compacted = database_.get(compacted_key(partition.id));
  if (!compacted) return compacted.error();
  if (compacted->has_value()) {
    std::string_view numbers = **compacted;
    partition.compacted = static_cast<Offset>(take_u64(numbers).value_or(0));
    partition.kept = static_cast<int64_t>(take_u64(numbers).value_or(0));
  }
  partition.start = start;
  partition.end = it.valid() ? last_offset(it.key()) + 1 : start;
  return it.status();
}

Topic& Topics::add(uint32_t id, std::string_view name, const TopicInfo& info) {
  auto topic = std::make_unique<Topic>();
  topic->id = id;
  topic->name = name;
  topic->info = info;
  topic->compacted = info.compacted;
  for (int32_t i = 0; i < info.partitions; ++i) topic->partitions.emplace_back(PartitionId{id, i});
  auto& place = topics_[topic->name];
  place = std::move(topic);
  return *place;
}

Result<void> Topics::create(const NewTopic& topic) {
  auto info = info_of(topic);
  if (!info) return info.error();
  const std::lock_guard lock(mutex_);
  if (topics_.contains(topic.name)) return {};
  if (auto stored = store(next_id_, topic.name, *info); !stored) return stored;
  add(next_id_++, topic.name, *info);
  return {};
}

Result<void> Topics::store(uint32_t id, const std::string& name, const TopicInfo& info) const {
  std::string value;
  put_u32(value, id);
  put_u32(value, static_cast<uint32_t>(info.partitions));
  put_u64(value, static_cast<uint64_t>(info.max_message_bytes));
  if (info.compacted) value += kCompacted;
  rocks::Batch batch;
  batch.put(topic_key(name), value);
  return database_.write(batch);
}

std::optional<TopicInfo> Topics::describe(const std::string& topic) const {
  const Topic* found = find(topic);
  if (found == nullptr) return std::nullopt;
  TopicInfo info = found->info;
  info.compacted = found->compacted;
  return info;
}

Result<void> Topics::set(const std::string& topic,
                         const std::map<std::string, std::string>& settings) {
  Topic* found = find(topic);
  if (found == nullptr) return stop("there is no topic " + topic);
  if (!settings.contains(kPolicySetting)) return {};
  const std::lock_guard lock(mutex_);
  TopicInfo info = found->info;
  info.compacted = is_compacted(settings);
  if (auto stored = store(found->id, topic, info); !stored) return stored;
  found->compacted = info.compacted;
  return {};
}

std::vector<Topic*> Topics::compacted() const {
  const std::lock_guard lock(mutex_);
  std::vector<Topic*> all;
  for (const auto& [name, topic] : topics_)
    if (topic->compacted) all.push_back(topic.get());
  return all;
}

Topic* Topics::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : found->second.get();
}

Partition* Topics::find(const TopicPartition& at) const {
  Topic* topic = find(at.topic);
  if (topic == nullptr || at.partition < 0 || at.partition >= topic->info.partitions)
    return nullptr;
  return &topic->partitions[static_cast<size_t>(at.partition)];
}

}  // namespace streamworker::embedded
