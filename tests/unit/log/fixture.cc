#include "unit/log/fixture.h"

#include <filesystem>
#include <random>

#include "base/clock.h"
#include "base/format.h"
#include "unit/catch.h"

namespace streamworker {

namespace fs = std::filesystem;

Folder::Folder() {
  std::string name = fs::temp_directory_path() / "streamworker-log-XXXXXX";
  if (mkdtemp(name.data()) != nullptr) path_ = name;
  REQUIRE(!path_.empty());
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

// Files come and go meanwhile.
uintmax_t Folder::bytes() const {
  uintmax_t sum = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path_)) {
    std::error_code gone;
    const uintmax_t size = entry.file_size(gone);
    if (!gone) sum += size;
  }
  return sum;
}

TestLog::TestLog(const Implementation& implementation) : implementation_(implementation) {
  std::random_device random;
  run_ = fmt::format("{:08x}{:08x}", random(), random());
  reopen();
}

void TestLog::reopen() {
  log_.reset();
  auto opened = implementation_.open(folder_.path());
  if (!opened) FAIL(implementation_.name << ": " << opened.error().message);
  log_ = std::move(*opened);
}

std::string TestLog::topic(const std::string& name, int32_t partitions) {
  std::string topic = unique(name);
  require(
      log_->create({.name = topic, .partitions = partitions, .replication = {}, .settings = {}}));
  return topic;
}

std::unique_ptr<Consumer> TestLog::consumer(const std::string& group, const std::string& client) {
  ConsumerSettings settings;
  settings.group = unique(group);
  settings.client_id = client;
  return log_->consumer(settings);
}

std::unique_ptr<Producer> TestLog::producer(const std::string& id) {
  auto producer = log_->producer(id.empty() ? "" : unique(id));
  require(producer->start());
  return producer;
}

void TestLog::put(const TopicPartition& to, const std::vector<std::string>& values) {
  auto writer = producer("put");
  produce(*writer, to, values);
  require(writer->commit({}, *outsider("put")));
}

std::unique_ptr<GroupMetadata> TestLog::outsider(const std::string& group) {
  return consumer(group)->group();
}

std::vector<Committed> TestLog::committed(const std::string& group,
                                          const std::vector<TopicPartition>& of) {
  auto asker = consumer(group);
  std::vector<Committed> all;
  eventually([&] {
    auto answer = asker->committed(of);
    if (answer) all = *answer;
    return answer.has_value();
  });
  return all;
}

void require(const Result<void>& result) {
  if (!result) FAIL(result.error().message);
}

OutRecord record(int32_t partition, std::string_view value) {
  OutRecord record;
  record.partition = partition;
  record.timestamp = EventTime(std::chrono::milliseconds(1700000000000));
  record.value = value;
  return record;
}

void produce(Producer& producer, const TopicPartition& to, const std::vector<std::string>& values) {
  std::vector<OutRecord> records;
  for (const auto& value : values) records.push_back(record(to.partition, value));
  require(producer.produce(to.topic, records));
}

Kept keep(const Message& message) {
  Kept kept;
  kept.offset = message.offset;
  kept.timestamp = message.timestamp.time_since_epoch().count();
  if (message.key) kept.key = *message.key;
  if (message.value) kept.value = *message.value;
  if (message.headers == nullptr) return kept;
  for (const auto& [name, value] : *message.headers)
    kept.headers.emplace_back(name, value ? std::optional<std::string>(*value) : std::nullopt);
  return kept;
}

void eventually(const std::function<bool()>& condition) {
  const SystemClock clock;
  const Duration deadline = clock.steady() + std::chrono::seconds(60);
  while (!condition())
    if (clock.steady() > deadline) FAIL("did not happen within 60 s");
}

std::vector<Kept> take(Consumer& consumer, size_t i, size_t count) {
  std::vector<Kept> all;
  eventually([&] {
    require(consumer.poll());
    auto taken = consumer.take(i, count - all.size());
    if (!taken) FAIL(taken.error().message);
    for (const Message& message : *taken) {
      if (!all.empty() && all.back().offset >= message.offset) FAIL("offsets do not ascend");
      all.push_back(keep(message));
    }
    if (all.size() < count) consumer.wait(std::chrono::milliseconds(20));
    return all.size() >= count;
  });
  return all;
}

std::vector<std::string> values(const std::vector<Kept>& messages) {
  std::vector<std::string> all;
  for (const Kept& message : messages) all.push_back(message.value.value_or("(null)"));
  return all;
}

}  // namespace streamworker
