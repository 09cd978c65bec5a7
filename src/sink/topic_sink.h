// Records to a topic, as JSON. A deleted row is a null value under its key.
#pragma once

#include <optional>

#include "codec/json_encoder.h"
#include "process/key_of.h"
#include "process/output.h"
#include "process/replay.h"
#include "process/topic_writer.h"

namespace streamworker {

class TopicSink final : public Output {
 public:
  // Without `key` a record keeps the key that it came with.
  TopicSink(std::string name, const Schema& in, std::optional<KeyOf> key, TopicWriter writer,
            BadRecords& bad);
  Result<void> process(const Batch& batch) override;

 private:
  Result<void> write(const Value* row, const Meta& meta);

  JsonEncoder encoder_;
  std::optional<KeyOf> key_;
  TopicWriter writer_;
  BadRecords& bad_;
  std::string text_;
  std::deque<Headers> headers_;  // of replayed records, until the writer is flushed
};

}  // namespace streamworker
