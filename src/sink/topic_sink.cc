#include "sink/topic_sink.h"

#include "record/json_text.h"

namespace streamworker {

namespace {

constexpr int64_t kMicros = 1000;  // of a millisecond

}  // namespace

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
  const auto partition_by = key;
  if (window_ && key) key = window_key(row, *key);
  std::optional<std::string_view> value;
  if (!meta.deleted) {
    auto encoded = encoder_.encode(row);
    if (!encoded) return bad_.take(meta, "output", encoded.error().message);
    value = *encoded;
  }
  Meta fresh = meta;
  fresh.headers = without_replay(meta.headers, headers_);
  auto written = writer_.add(fresh, key, value, partition_by);
  return written ? written : bad_.take(meta, "output", written.error().message);
}

std::string_view TopicSink::window_key(const Value* row, std::string_view key) {
  text_.clear();
  if (window_->composite) {
    text_ = key.substr(0, key.size() - 1);
  } else {
    text_ = "[";
    if (window_->text)
      append_json_string(key, text_);
    else
      text_ += key;
  }
  text_ += ',';
  append_int(row[window_->start].as_int() / kMicros, text_);
  text_ += ']';
  return text_;
}

}  // namespace streamworker
