// The contract of a log: topics of partitions of records with offsets, a consumer group, and
// transactions. Two implementations: log/kafka and log/embedded; tests/unit/log runs the same tests
// on both.
//
// Threads: a Log may be used by any thread. A Consumer and a Producer belong to one thread each,
// but for Consumer::wake. All must be gone before their Log is.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "record/batch.h"

namespace streamworker {

struct TopicPartition {
  std::string topic;
  int32_t partition = 0;
  auto operator<=>(const TopicPartition&) const = default;
};
// "data[3]"
std::string to_string(const TopicPartition& at);

// A partition and the next offset to read there.
struct Position {
  TopicPartition at;
  Offset offset = 0;
  bool operator==(const Position&) const = default;
};

// What a consumer group has stored for a partition.
struct Committed {
  TopicPartition at;
  std::optional<Offset> offset;  // none: nothing was ever committed
  std::string metadata;
};

// A record to be written. Views are copied by `produce`.
struct OutRecord {
  int32_t partition = 0;
  EventTime timestamp{};
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  const Headers* headers = nullptr;
};

// Proof of membership in a group at one moment, for Producer::commit.
class GroupMetadata {
 public:
  virtual ~GroupMetadata() = default;
};

// Called from inside Consumer::poll and Consumer::close, on the consumer's thread.
class RebalanceListener {
 public:
  virtual ~RebalanceListener() = default;
  virtual void on_assigned(const std::vector<TopicPartition>& partitions) = 0;
  // All that was assigned. `lost`: the group has already given it to others; nothing may be
  // committed any more.
  virtual void on_revoked(const std::vector<TopicPartition>& partitions, bool lost) = 0;
};

class Consumer {
 public:
  virtual ~Consumer() = default;
  // Joins the group for these topics, which must exist. `listener` must outlive the consumer.
  virtual Result<void> subscribe(const std::vector<std::string>& topics,
                                 RebalanceListener& listener) = 0;
  // Serves the group and calls the listener; never waits. Must be called at least each few seconds,
  // whatever else happens. An error is about the whole consumer (another one runs under the same
  // instance, authentication refused).
  virtual Result<void> poll() = 0;
  // Waits until a record, an event or `wake` comes, at most this long.
  virtual void wait(Duration timeout) = 0;
  // Ends a `wait` under way or the next one. Any thread.
  virtual void wake() = 0;
  // From now on reads exactly these partitions, from these offsets on; ends what was read before.
  // Within a group only partitions that are assigned.
  virtual Result<void> fetch(const std::vector<Position>& positions) = 0;
  // Up to `max` records that are already here, of the i-th partition of the last `fetch`, as
  // committed transactions left them; offsets ascend but may have gaps. Valid until the next call
  // of `take` or `fetch`. Stop: the offset is out of the partition's range.
  virtual Result<std::span<const Message>> take(size_t i, size_t max) = 0;
  // How far the i-th partition was given out: behind the last record, and behind what no reader
  // gets (transaction markers, aborted records) once nothing readable lies before that.
  virtual Offset position(size_t i) const = 0;
  // The end of the i-th partition as far as known here, for lag; none: not heard of yet.
  virtual std::optional<Offset> known_end(size_t i) const = 0;
  // The group's stored offsets, in the order of `of`; without the partitions in which a
  // predecessor's transaction is pending. Retry: the broker is away.
  virtual Result<std::vector<Committed>> committed(const std::vector<TopicPartition>& of) = 0;
  // Those of all partitions, or Retry.
  Result<std::vector<Committed>> all_committed(const std::vector<TopicPartition>& of);
  virtual std::unique_ptr<GroupMetadata> group() = 0;
  // Revokes, and leaves the group (a static member stays in it). Bounded by `deadline` from now.
  virtual void close(Duration deadline) = 0;
};

class Producer {
 public:
  virtual ~Producer() = default;  // what was not committed is never seen
  // Fences a predecessor with the same id and waits until its last transaction is settled.
  virtual Result<void> start() = 0;
  // Appends to the open transaction, which the first record opens. In order per partition.
  virtual Result<void> produce(const std::string& topic, std::span<const OutRecord> records) = 0;
  // Makes all records since the last commit visible, and stores the group's offsets with them:
  // both or neither. After any error this producer is of no more use: destroy it and start another
  // with the same id, which settles what happened.
  virtual Result<void> commit(const std::vector<Committed>& offsets,
                              const GroupMetadata& group) = 0;
  // Of a producer without id: waits until all records are acknowledged.
  virtual Result<void> flush() = 0;
  // Behind the last record that this producer wrote there, once `commit` or `flush` returned. None:
  // it wrote none, or was not made to know this of the topic.
  virtual std::optional<Offset> end_of(const TopicPartition& of) const = 0;
};

struct TopicInfo {
  int32_t partitions = 0;
  int64_t max_message_bytes = 1048588;
  std::optional<Duration> max_ahead;  // of the broker's clock; none: any timestamp is taken
  bool compacted = false;             // the newest record of each key stays, however old
  Duration tombstones_stay = std::chrono::hours(24);  // so long at least, where it is compacted
};

struct NewTopic {
  std::string name;
  int32_t partitions = 1;
  std::optional<int> replication;  // none: the broker's default
  std::map<std::string, std::string> settings;
};

struct Watermarks {
  Offset start = 0;
  Offset end = 0;  // behind the last record, open transactions included
};

struct ConsumerSettings {
  std::string group;
  std::string client_id;
  std::string instance;             // static membership; empty: dynamic
  size_t fetch_bytes = 64UL << 20;  // bound of what is fetched ahead
  // Between two calls of `poll`, at most. The group waits so long for a member that hangs.
  Duration longest_turn = std::chrono::seconds(60);
};

class Log {
 public:
  virtual ~Log() = default;
  // None: there is no such topic.
  virtual Result<std::optional<TopicInfo>> describe(const std::string& topic) = 0;
  // A topic that exists already is fine. Returns when the topic can be used.
  virtual Result<void> create(const NewTopic& topic) = 0;
  // Changes these settings of a topic, by Kafka's names; its others stay.
  virtual Result<void> set(const std::string& topic,
                           const std::map<std::string, std::string>& settings) = 0;
  virtual Result<Watermarks> watermarks(const TopicPartition& of) = 0;
  // The end for readers: what lies behind it belongs to open transactions. Asked of the log itself,
  // not of any consumer.
  virtual Result<Offset> stable_end(const TopicPartition& of) = 0;
  // Not empty: no server answers, and why. Costs nothing; never waits.
  virtual std::string away() const = 0;
  // Records below the offsets are forgotten. A server refuses it of a topic that is compacted
  // alone.
  virtual Result<void> delete_records(const std::vector<Position>& below) = 0;
  // A bounded piece of what has to be done now and then, beside everything else. True: there is
  // more. A server does its own.
  virtual Result<bool> tidy(WallTime /*now*/) { return false; }
  // Of a consumer group, wherever they run.
  virtual Result<int> members(const std::string& group) = 0;
  virtual std::unique_ptr<Consumer> consumer(const ConsumerSettings& settings) = 0;
  // An empty id: no transactions, a record is visible once it is acknowledged.
  // `followed`: topics of which Producer::end_of has to know; each record then costs a little more.
  virtual std::unique_ptr<Producer> producer(const std::string& transactional_id,
                                             const std::vector<std::string>& followed = {}) = 0;
  // Identity of a log that lives in a folder (32 hex digits); empty: a server's.
  virtual std::string incarnation() const = 0;
  // Where it is, for messages: "kafka localhost:9092", "embedded log in ./state".
  virtual std::string name() const = 0;
};

}  // namespace streamworker
