// What is left in the dead-letter topic of one application: letters that no later marker voided and
// that were not replayed, each identity once (process/letter.h).
//
// A box holds what a list shows of each letter that is left, up to some 4 KiB each, not the
// records: `stored` says where these are. One thread.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "log/log.h"
#include "process/letter.h"

namespace streamworker {

struct StoredLetter {
  Letter letter;      // without key, value and headers
  Offset stored = 0;  // in the dead-letter topic
};

class LetterBox {
 public:
  explicit LetterBox(std::string app) : app_(std::move(app)) {}
  // Each record of the topic's partition 0, in the order of its offsets.
  void add(const Message& message);
  // In the order of topic, partition, offset.
  const std::map<LetterId, StoredLetter>& left() const { return left_; }

 private:
  void add(Letter letter, Offset stored);
  void add(const Marker& marker);

  std::string app_;
  std::map<LetterId, StoredLetter> left_;
  std::set<LetterId> replayed_;
};

// Calls `each` for every record that the partition has by now, as committed transactions left them,
// until it answers false: enough. Retry: the log does not answer.
Result<void> read_all(Log& log, Consumer& consumer, const TopicPartition& at,
                      const std::function<Result<bool>(const Message&)>& each);

// The group's offsets, once no transaction is pending. Retry: one still is, or the log does not
// answer.
Result<std::vector<Committed>> settled_offsets(Consumer& consumer,
                                               const std::vector<TopicPartition>& of);

// A consumer for `read_all` and for the application's committed offsets; it never joins the group.
std::unique_ptr<Consumer> letter_consumer(Log& log, const std::string& app);

}  // namespace streamworker
