#include "process/decode.h"

#include <limits>

namespace streamworker {

namespace {

Meta meta_of(const Message& message, int32_t partition) {
  Meta meta;
  meta.offset = message.offset;
  meta.timestamp = message.timestamp;
  meta.key = message.key;
  meta.headers = message.headers;
  meta.message = &message;
  meta.partition = partition;
  meta.source_partition = partition;
  return meta;
}

}  // namespace

StreamDecoder::StreamDecoder(const config::Stream& stream, int32_t partition, const Clock& clock,
                             BadRecords& bad, Counter tombstones)
    : decoder_(stream),
      pass_tombstones_(stream.pass_tombstones),
      partition_(partition),
      clock_(clock),
      bad_(bad),
      tombstones_(tombstones) {
  if (stream.is_table) match_.emplace(stream);
}

Result<size_t> StreamDecoder::decode(std::span<const Message> messages, Batch& batch) {
  const WallTime now = clock_.wall();
  const size_t most = decoder_.unpacks() ? kMostUnpacked : std::numeric_limits<size_t>::max();
  size_t taken = 0;
  for (const Message& message : messages) {
    if (check_) check_->look(message);
    if (auto done = decode_one(message, now, batch); !done) return done.error();
    ++taken;
    if (batch.arena().capacity() >= most) break;
  }
  return taken;
}

Result<void> StreamDecoder::decode_one(const Message& message, WallTime now, Batch& batch) {
  const bool nobodys = match_ && !message.key;  // of a table no row
  if (!message.value && (!pass_tombstones_ || nobodys)) {
    tombstones_.add();
    return {};
  }
  Value* row = batch.add(meta_of(message, partition_));
  Meta& meta = batch.meta(batch.size() - 1);
  meta.deleted = !message.value;
  auto decoded = message.value ? decoder_.decode(*message.value, meta, batch.arena(), now, row)
                               : decoder_.decode_key(meta, batch.arena(), row);
  if (decoded && match_ && message.value)
    decoded = match_->check(row, meta, decoder_, batch.arena());
  if (decoded) return {};
  const Meta bad = meta;
  batch.drop_last();
  return bad_.take(bad, "decode", decoded.error().message);
}

RepartitionDecoder::RepartitionDecoder(const Schema& schema, int32_t partition, BadRecords& bad,
                                       Marks marks)
    : envelope_(schema), partition_(partition), bad_(bad), marks_(std::move(marks)) {}

// Those at the front; how many.
size_t RepartitionDecoder::take_marks(std::span<const Message> messages) const {
  size_t taken = 0;
  for (const Message& message : messages) {
    const auto mark = message.value ? mark_of(*message.value) : std::nullopt;
    if (!mark) break;
    if (marks_) marks_(*mark, message.offset);
    ++taken;
  }
  return taken;
}

Result<size_t> RepartitionDecoder::decode(std::span<const Message> messages, Batch& batch) {
  if (const size_t marks = take_marks(messages); marks > 0) return marks;
  size_t taken = 0;
  for (const Message& message : messages) {
    if (message.value && mark_of(*message.value)) break;
    ++taken;
    Value* row = batch.add(meta_of(message, partition_));
    Meta& meta = batch.meta(batch.size() - 1);
    auto read = message.value ? envelope_.read(*message.value, row, meta)
                              : Result<void>(skip("a null value in a repartition topic"));
    if (read) continue;
    const Meta bad = meta;
    batch.drop_last();
    if (auto kept = bad_.take(bad, "decode", read.error().message); !kept) return kept.error();
  }
  return taken;
}

}  // namespace streamworker
