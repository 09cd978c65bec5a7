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
  // Rows of windows: the key is a JSON array of the key that they came with and their start, and
  // the partition is that of the former.
  struct WindowKey {
    size_t start = 0;  // its slot
    bool text = false;
    bool composite = false;  // the key is an array already
  };
  void set_window_key(const WindowKey& key) { window_ = key; }
  Result<void> process(const Batch& batch) override;

 private:
  Result<void> write(const Value* row, const Meta& meta);
  std::string_view window_key(const Value* row, std::string_view key);

  MessageEncoder encoder_;
  std::optional<KeyOf> key_;
  std::optional<WindowKey> window_;
  std::string text_;
  TopicWriter writer_;
  BadRecords& bad_;
  std::deque<Headers> headers_;  // of replayed records, until the writer is flushed
};

}  // namespace streamworker
