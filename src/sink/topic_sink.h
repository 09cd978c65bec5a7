// Records to a topic, in its format. A deleted row is a null value under its key.
#pragma once

#include <optional>

#include "codec/message_encoder.h"
#include "process/key_of.h"
#include "process/output.h"
#include "process/replay.h"
#include "process/topic_writer.h"

namespace streamworker {

class TopicSink final : public Output {
 public:
  // Without `key` a record keeps the key that it came with.
  TopicSink(std::string name, MessageEncoder encoder, std::optional<KeyOf> key, TopicWriter writer,
            BadRecords& bad);
  Result<void> process(const Batch& batch) override;

 private:
  Result<void> write(const Value* row, const Meta& meta);

  MessageEncoder encoder_;
  std::optional<KeyOf> key_;
  TopicWriter writer_;
  BadRecords& bad_;
  std::deque<Headers> headers_;  // of replayed records, until the writer is flushed
};

}  // namespace streamworker
