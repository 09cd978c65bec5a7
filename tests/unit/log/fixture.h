// What the tests of the log share: a log in a folder of its own, and short words for what they do.
//
// A server is slow and answers when it likes: tests `eventually` see what they wait for, and fail
// when 60 s were not enough.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unit/log/implementations.h"

namespace streamworker {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }
  uintmax_t bytes() const;  // of all files in it

 private:
  std::string path_;
};

// A message, kept.
struct Kept {
  Offset offset = 0;
  int64_t timestamp = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

class TestLog {
 public:
  explicit TestLog(const Implementation& implementation);
  Log* operator->() { return log_.get(); }
  // Closes the log and opens it again.
  void reopen();
  // `name` and something random: a server remembers earlier runs.
  std::string unique(const std::string& name) const { return name + "-" + run_; }
  // Creates a topic, and gives its unique name.
  std::string topic(const std::string& name, int32_t partitions);
  std::unique_ptr<Consumer> consumer(const std::string& group = "reader",
                                     const std::string& client = "one");
  // Started.
  std::unique_ptr<Producer> producer(const std::string& id);
  // Commits these values to the partition.
  void put(const TopicPartition& to, const std::vector<std::string>& values);
  // Of a consumer that never subscribed.
  std::unique_ptr<GroupMetadata> outsider(const std::string& group);
  std::vector<Committed> committed(const std::string& group, const std::vector<TopicPartition>& of);

 private:
  Implementation implementation_;
  Folder folder_;
  std::string run_;
  std::unique_ptr<Log> log_;
};

void require(const Result<void>& result);
OutRecord record(int32_t partition, std::string_view value);
void produce(Producer& producer, const TopicPartition& to, const std::vector<std::string>& values);
Kept keep(const Message& message);
// Fails after 60 s.
void eventually(const std::function<bool()>& condition);
// Takes from the i-th partition until `count` messages are there; checks that offsets ascend.
std::vector<Kept> take(Consumer& consumer, size_t i, size_t count);
std::vector<std::string> values(const std::vector<Kept>& messages);

}  // namespace streamworker
