// A Consumer of the embedded log: a member of a group in this process, and a reader of partitions.
//
// Each `take` seeks anew: an iterator that was kept would keep deleted files on the disk. Chunks
// are copied into the consumer's arena, and messages point into it.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "log/embedded/chunk.h"
#include "log/embedded/group.h"
#include "log/embedded/signal.h"
#include "log/embedded/topics.h"
#include "log/log.h"
#include "record/arena.h"
#include "rocks/database.h"

namespace streamworker::embedded {

// What a consumer needs of its log; all of it outlives the consumer.
struct Surroundings {
  const rocks::Database& database;
  const Topics& topics;
  Signals& signals;
};

class EmbeddedConsumer final : public Consumer {
 public:
  EmbeddedConsumer(ConsumerSettings settings, std::shared_ptr<Group> group, Surroundings log);
  // Leaves the group without telling the listener.
  ~EmbeddedConsumer() override;
  EmbeddedConsumer(const EmbeddedConsumer&) = delete;
  EmbeddedConsumer& operator=(const EmbeddedConsumer&) = delete;

  Result<void> subscribe(const std::vector<std::string>& topics,
                         RebalanceListener& listener) override;
  Result<void> poll() override;
  void wait(Duration timeout) override;
  void wake() override { signal_.raise(); }
  Result<void> fetch(const std::vector<Position>& positions) override;
  Result<std::span<const Message>> take(size_t i, size_t max) override;
  Offset position(size_t i) const override;
  std::optional<Offset> known_end(size_t i) const override;
  Result<std::vector<Committed>> committed(const std::vector<TopicPartition>& of) override;
  std::unique_ptr<GroupMetadata> group() override;
  void close(Duration deadline) override;

 private:
  struct Cursor {
    Position next;
    Reading partition;
    Offset told = 0;           // `wait` has returned because of the records below
    Offset chunk = -1;         // the last offset of the chunk that `take` stopped in
    ChunkReader::Place place;  // and where in it
  };

  void revoke(const std::vector<TopicPartition>& partitions);
  Result<void> take_chunks(Cursor& cursor, Offset end, size_t max);
  // False: the chunk is damaged.
  bool take_chunk(Cursor& cursor, const rocks::Iterator& at, size_t max);
  Headers& spare_headers();

  const ConsumerSettings settings_;
  const std::shared_ptr<Group> group_;
  const Surroundings log_;
  Signal signal_;
  Member member_;
  RebalanceListener* listener_ = nullptr;
  std::vector<TopicPartition> assigned_;
  std::vector<Cursor> cursors_;

  // What the last `take` gave out.
  Arena arena_;
  std::vector<Message> messages_;
  std::deque<Headers> headers_;
  size_t headers_used_ = 0;
  size_t bytes_ = 0;
};

}  // namespace streamworker::embedded
