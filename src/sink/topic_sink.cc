#include "sink/topic_sink.h"

namespace streamworker {

TopicSink::TopicSink(std::string name, MessageEncoder encoder, std::optional<KeyOf> key,
                     TopicWriter writer, BadRecords& bad)
    : Output(std::move(name)),
      encoder_(std::move(encoder)),
      key_(std::move(key)),
      writer_(std::move(writer)),
      bad_(bad) {}

Result<void> TopicSink::process(const Batch& batch) {
  for (size_t i = 0; i < batch.size(); ++i) {
    const Meta& meta = batch.meta(i);
    if (skips(meta)) continue;
    if (auto done = write(batch.row(i), meta); !done) return done;
  }
  auto flushed = writer_.flush();
  headers_.clear();
  return flushed;
}

Result<void> TopicSink::write(const Value* row, const Meta& meta) {
  std::optional<std::string_view> key = meta.key;
  if (key_) {
    auto made = key_->of(row, meta);
    if (!made) return bad_.take(meta, "key", made.error().message);
    key = *made;
  }
  std::optional<std::string_view> value;
  if (!meta.deleted) {
    auto encoded = encoder_.encode(row);
    if (!encoded) return bad_.take(meta, "output", encoded.error().message);
    value = *encoded;
  }
  Meta fresh = meta;
  fresh.headers = without_replay(meta.headers, headers_);
  auto written = writer_.add(fresh, key, value);
  return written ? written : bad_.take(meta, "output", written.error().message);
}

}  // namespace streamworker
