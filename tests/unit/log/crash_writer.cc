// Commits transactions to an embedded log until it is killed, for crash_test.cc.
//
//   log_crash_writer FOLDER
//
// Transaction n has 5 records in crash[0], n % 3 + 1 in crash[1], each with the value n, and the
// group's offset n + 1. Once it is committed, the line "n" is printed. An error is printed, exit 1.
#include <string>
#include <vector>

#include <unistd.h>

#include "log/embedded/embedded.h"

namespace streamworker {
namespace {

void print(const std::string& line) {
  const std::string text = line + "\n";
  if (write(STDOUT_FILENO, text.data(), text.size()) < 0) _exit(2);
}

Result<void> commit(Producer& producer, const GroupMetadata& group, Offset n) {
  const std::string value = std::to_string(n);
  std::vector<OutRecord> records;
  for (Offset i = 0; i < 5 + n % 3 + 1; ++i) {
    OutRecord& record = records.emplace_back();
    record.partition = i < 5 ? 0 : 1;
    record.value = value;
  }
  if (auto produced = producer.produce("crash", records); !produced) return produced;
  return producer.commit({{{"crash", 0}, n + 1, value}}, group);
}

Result<void> write_forever(const std::string& folder) {
  auto log = open_embedded(folder);
  if (!log) return log.error();
  NewTopic topic;
  topic.name = "crash";
  topic.partitions = 2;
  if (auto created = (*log)->create(topic); !created) return created;
  ConsumerSettings settings;
  settings.group = "group";
  auto consumer = (*log)->consumer(settings);
  auto stored = consumer->committed({{"crash", 0}});
  if (!stored) return stored.error();
  auto producer = (*log)->producer("writer");
  if (auto started = producer->start(); !started) return started;
  const auto group = consumer->group();
  for (Offset n = stored->front().offset.value_or(0);; ++n) {
    if (auto committed = commit(*producer, *group, n); !committed) return committed;
    print(std::to_string(n));
  }
}

}  // namespace
}  // namespace streamworker

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  streamworker::print(streamworker::write_forever(argv[1]).error().message);
  return 1;
}
