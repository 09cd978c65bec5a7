#include "log/embedded/compaction.h"

#include <algorithm>

namespace streamworker::embedded {
namespace {

constexpr int64_t kLeast = 10'000;                 // records that came, or it is not worth it
constexpr size_t kAround = 64;                     // bytes of memory beside a key
constexpr size_t kSmall = Chunk::kChunkBytes / 2;  // a chunk that is put together with others

// f(message) for each record; false: it is damaged.
template <class F>
bool each(std::string_view chunk, Offset last, F f) {
  ChunkReader reader(chunk, last, {});
  Message message;
  Headers headers;
  while (true) {
    const auto found = reader.next(message, headers);
    if (found != ChunkReader::Found::Record) return found == ChunkReader::Found::End;
    f(message);
  }
}

}  // namespace

Result<bool> Compaction::turn(WallTime now) {
  if (!pass_) choose();
  if (!pass_ || pass_->partition->readers > 0) return false;
  auto done = pass_->noted ? rewrite(now) : note();
  if (!done) {
    pass_.reset();
    return done.error();
  }
  if (!pass_) choose();
  return pass_.has_value();
}

void Compaction::choose() {
  for (Topic* topic : topics_.compacted())
    for (Partition& partition : topic->partitions) {
      const Offset start = partition.start;
      const Offset from = std::max(partition.compacted, start);
      if (partition.end - from < std::max(kLeast, partition.kept)) continue;
      pass_.emplace();
      pass_->partition = &partition;
      pass_->tombstones_stay = topic->info.tombstones_stay;
      pass_->start = start;
      pass_->end = pass_->next = from;
      return;
    }
}

Error Compaction::damaged(Offset last) const {
  return stop("the records of topic " + std::to_string(pass_->partition->id.topic) +
              " up to offset " + std::to_string(last) + " are damaged in " + database_.path());
}

Result<void> Compaction::note() {
  const PartitionId of = pass_->partition->id;
  const Offset newest = pass_->partition->end - 1;  // the last of the chunk that is left alone
  rocks::Iterator at = database_.range(record_key(of, pass_->next), record_key(of, newest));
  size_t bytes = 0;
  for (at.seek({}); at.valid() && bytes < turn_bytes_ && pass_->key_bytes < key_bytes_; at.next()) {
    const Offset last = last_offset(at.key());
    if (!note(at.value(), last)) return damaged(last);
    bytes += at.value().size();
    pass_->end = pass_->next = last + 1;
  }
  if (auto read = at.status(); !read) return read;
  pass_->noted = !at.valid() || pass_->key_bytes >= key_bytes_;
  if (pass_->noted) pass_->next = pass_->start;
  return {};
}

bool Compaction::note(std::string_view chunk, Offset last) {
  return each(chunk, last, [&](const Message& message) {
    if (!message.key || message.offset < pass_->partition->compacted) return;
    auto found = pass_->newest.find(*message.key);
    if (found == pass_->newest.end()) {
      found = pass_->newest.emplace(std::string(*message.key), NewestRecord{}).first;
      pass_->key_bytes += message.key->size() + kAround;
    }
    found->second.offset = message.offset;
  });
}

// Records come in the order of their offsets.
bool Compaction::keeps(const Message& message, WallTime now) {
  if (!message.key) return true;
  const auto found = pass_->newest.find(*message.key);
  const bool noted = found != pass_->newest.end();
  if (noted && found->second.offset > message.offset) {
    found->second.before = true;
    return false;
  }
  if (message.value || (noted && found->second.before)) return true;
  return now.time_since_epoch() - message.timestamp.time_since_epoch() <= pass_->tombstones_stay;
}

Result<void> Compaction::rewrite(WallTime now) {
  const PartitionId of = pass_->partition->id;
  rocks::Iterator at = database_.range(record_key(of, pass_->next), record_key(of, pass_->end));
  rocks::Batch batch;
  size_t bytes = 0;
  for (at.seek({}); at.valid() && bytes < turn_bytes_; at.next()) {
    const Offset last = last_offset(at.key());
    if (!rewrite(at.value(), last, now, batch)) return damaged(last);
    bytes += at.value().size();
    pass_->next = last + 1;
  }
  if (auto read = at.status(); !read) return read;
  return end_turn(batch, !at.valid());
}

bool Compaction::rewrite(std::string_view chunk, Offset last, WallTime now, rocks::Batch& to) {
  int64_t kept = 0;
  int64_t all = 0;
  const bool sound = each(chunk, last, [&](const Message& message) {
    ++all;
    if (keeps(message, now)) ++kept;
  });
  if (!sound) return false;
  pass_->kept += kept;
  if (kept == all && chunk.size() >= kSmall) {
    put_out(to);
    return true;
  }
  each(chunk, last, [&](const Message& message) {
    if (keeps(message, now))
      pass_->out.append_at(message.offset,
                           {0, message.timestamp, message.key, message.value, message.headers});
  });
  pass_->replaced.push_back(last);
  if (pass_->out.full()) put_out(to);
  return true;
}

// In place of those that it was made of, under the last one's key.
void Compaction::put_out(rocks::Batch& to) {
  if (pass_->replaced.empty()) return;
  const PartitionId of = pass_->partition->id;
  for (const Offset last : pass_->replaced) to.remove(record_key(of, last));
  if (pass_->out.count() > 0) to.put(record_key(of, pass_->replaced.back()), pass_->out.bytes());
  pass_->out.clear();
  pass_->replaced.clear();
}

Result<void> Compaction::end_turn(rocks::Batch& batch, bool at_end) {
  put_out(batch);
  Partition& partition = *pass_->partition;
  if (at_end) {
    std::string numbers;
    put_u64(numbers, static_cast<uint64_t>(pass_->end));
    put_u64(numbers, static_cast<uint64_t>(pass_->kept));
    batch.put(compacted_key(partition.id), numbers);
  }
  const auto written = writer_.rewrite(partition, pass_->start, batch);
  if (!written) return written.error();
  if (*written && at_end) {
    partition.compacted = pass_->end;
    partition.kept = pass_->kept;
  }
  if (!*written || at_end) pass_.reset();
  return {};
}

}  // namespace streamworker::embedded
