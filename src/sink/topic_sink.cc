#include "sink/topic_sink.h"

namespace streamworker {

TopicSink::TopicSink(std::string name, const Schema& in, std::optional<KeyOf> key,
                     TopicWriter writer, BadRecords& bad)
    : Output(std::move(name)),
      encoder_(in),
      key_(std::move(key)),
      writer_(std::move(writer)),
      bad_(bad) {}

Result<void> TopicSink::process(const Batch& batch) {
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    if (skips(meta)) continue;
    if (auto written = write(batch.row(i), meta); !written)
      if (auto taken = bad_.take(meta, "sink", written.error().message); !taken) return taken;
  }
  return writer_.flush();
}

Result<void> TopicSink::write(const Value* row, const Meta& meta) {
  std::optional<std::string_view> key = meta.key;
  if (key_) {
    auto made = key_->of(row, meta);
    if (!made) return made.error();
    key = *made;
  }
  if (meta.deleted) return writer_.add(meta, key, {});
  text_.clear();
  if (auto encoded = encoder_.append(row, text_); !encoded) return encoded;
  return writer_.add(meta, key, text_);
}

}  // namespace streamworker
