// A file as a sink: lines and the position they stand for, exactly once.
//
// Beside the file stands `<file>.position`: how long the file is, the offset up to which its lines
// stand, and the topic and partition they come from, one `name value` a line. A batch is appended
// and synced, then the position is replaced by rename; what a crash left behind the length is cut
// off at the next start. The file is locked as long as it is open: an earlier owner that still runs
// keeps the next one waiting. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sink/database.h"

namespace streamworker::sink {

class FileWriter {
 public:
  FileWriter() = default;
  ~FileWriter();
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&& other) noexcept;

  // Opens or makes the file and cuts it to its position. Returns the next offset; none: nothing was
  // written yet. Of `part` the topic, the partition and the incarnation count.
  // Retry: no space, or locked by another process. Stop: the position is of another part; the file
  // is not empty and has no position, or is shorter than it says (not ours to cut).
  Result<std::optional<Offset>> open(const std::string& path, const PartId& part);
  // Whole lines, and the offset behind the last record of theirs. After an error the same call may
  // be made again. REQUIRES: open
  Result<void> append(std::string_view text, Offset next);
  void close();

 private:
  Result<std::optional<Offset>> read_position();
  Result<void> write_position(std::optional<Offset> next, int64_t length) const;

  std::string path_;
  std::string origin_;  // the lines of the position that say whose it is
  int file_ = -1;
  int64_t length_ = 0;
};

}  // namespace streamworker::sink
