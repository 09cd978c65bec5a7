// Records as they stand on disk: up to kChunkBytes of one partition and one transaction together.
// A chunk is written once, while it is produced, and needs no change when its offsets are known.
//
//   count (4 bytes, big-endian), then each record:
//   timestamp (ms, zigzag) | key | value | number of headers | each: name size, name, value
//   All numbers are varints; keys and values are size + 1 and their bytes, or 0 for null.
#pragma once

#include <string>
#include <string_view>

#include "log/log.h"

namespace streamworker::embedded {

class Chunk {
 public:
  static constexpr size_t kChunkBytes = 32UL << 10;

  void append(const OutRecord& record);
  bool full() const { return bytes_.size() >= kChunkBytes; }
  uint32_t count() const { return count_; }
  std::string_view bytes() const { return bytes_; }

 private:
  std::string bytes_;
  uint32_t count_ = 0;
};

// Reads a chunk from its start, or goes on where another reader of the same chunk was.
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
  Place place() const { return {end_ - left_.size(), next_}; }

 private:
  bool read_headers(Headers& headers);

  std::string_view left_;
  size_t end_ = 0;  // bytes of the whole chunk
  Offset next_ = 0;
  Offset last_ = 0;
};

}  // namespace streamworker::embedded
