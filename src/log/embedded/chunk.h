// Records as they stand on disk: up to kChunkBytes of one partition and one transaction together.
// A chunk is written once, while it is produced, and needs no change when its offsets are known.
//
//   count (4 bytes, big-endian), then each record:
//   timestamp (ms, zigzag) | key | value | number of headers | each: name size, name, value
//   All numbers are varints; keys and values are size + 1 and their bytes, or 0 for null.
//
// What compaction leaves of chunks is sparse: the count's highest bit is set, and in front of each
// record stands its offset, less that of the record before it.
#pragma once

#include <string>
#include <string_view>

#include "log/log.h"

namespace streamworker::embedded {

class Chunk {
 public:
  static constexpr size_t kChunkBytes = 32UL << 10;

  // REQUIRES, of the two: a chunk has records of one kind.
  void append(const OutRecord& record);
  void append_at(Offset offset, const OutRecord& record);
  void clear();
  bool full() const { return bytes_.size() >= kChunkBytes; }
  uint32_t count() const { return count_; }
  std::string_view bytes() const { return bytes_; }

 private:
  void count(uint32_t kind);
  void put(const OutRecord& record);

  std::string bytes_;
  uint32_t count_ = 0;
  Offset last_ = 0;  // of a sparse one
};

// Reads a chunk from its start, or goes on where another reader of the same chunk was; a sparse one
// always from its start.
class ChunkReader {
 public:
  enum class Found { Record, End, Damage };
  struct Place {
    size_t at = 0;      // bytes from the chunk's start; 0: nothing was read of it
    Offset offset = 0;  // of the record that stands there
  };

  // `rest` is the chunk from `from.at` on, and must outlive what `next` gives out.
  ChunkReader(std::string_view rest, Offset last, const Place& from);
  // Views point into the chunk; `headers` is overwritten, and pointed to if the record has any.
  Found next(Message& to, Headers& headers);
  Place place() const { return {sparse_ ? 0 : end_ - left_.size(), next_}; }
  bool sparse() const { return sparse_; }

 private:
  bool read_headers(Headers& headers);
  Found at_end();

  std::string_view left_;
  size_t end_ = 0;  // bytes of the whole chunk
  Offset next_ = 0;
  Offset last_ = 0;
  bool sparse_ = false;
  uint32_t more_ = 0;  // records of a sparse one
  Offset before_ = 0;  // the offset of the record before, there
};

}  // namespace streamworker::embedded
