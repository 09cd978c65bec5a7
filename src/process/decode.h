// From messages to a batch of rows: of a stream in its format, or of a repartition topic.
#pragma once

#include <functional>
#include <span>

#include "base/metrics.h"
#include "codec/message_decoder.h"
#include "log/log.h"
#include "process/key_match.h"
#include "process/partition_check.h"
#include "process/step.h"
#include "record/envelope.h"

namespace streamworker {

class Decoder {
 public:
  virtual ~Decoder() = default;
  // Appends a row for each message that is one. Bad ones go to BadRecords, tombstones are dropped
  // and counted unless the stream says `pass`. How many were taken, at least one: what is packed
  // may become so large that the rest has to wait until these rows are gone. An error: the stream
  // says `fail`.
  virtual Result<size_t> decode(std::span<const Message> messages, Batch& batch) = 0;
  // Not empty: what the file should say otherwise about the stream.
  virtual std::string warning() const { return {}; }
};

class StreamDecoder final : public Decoder {
 public:
  // `tombstones`: those that are dropped; of a table's topic the ones that have no key either.
  StreamDecoder(const config::Stream& stream, int32_t partition, const Clock& clock,
                BadRecords& bad, Counter tombstones);
  const Schema& schema() const { return decoder_.schema(); }
  // Of a keyed stream whose partitioner is known.
  void set_check(PartitionCheck check) { check_.emplace(std::move(check)); }
  Result<size_t> decode(std::span<const Message> messages, Batch& batch) override;
  std::string warning() const override { return check_ ? check_->warning() : ""; }

 private:
  Result<void> decode_one(const Message& message, WallTime now, Batch& batch);

  MessageDecoder decoder_;
  bool pass_tombstones_;
  int32_t partition_;
  const Clock& clock_;
  BadRecords& bad_;
  Counter tombstones_;
  std::optional<PartitionCheck> check_;
  std::optional<KeyMatch> match_;  // of a table's topic
};

class RepartitionDecoder final : public Decoder {
 public:
  using Marks = std::function<void(const EnvelopeMark&, Offset at)>;
  // Marks are told by themselves: rows before one are taken first.
  RepartitionDecoder(const Schema& schema, int32_t partition, BadRecords& bad, Marks marks = {});
  Result<size_t> decode(std::span<const Message> messages, Batch& batch) override;

 private:
  size_t take_marks(std::span<const Message> messages) const;

  Envelope envelope_;
  int32_t partition_;
  BadRecords& bad_;
  Marks marks_;
};

}  // namespace streamworker
