// Compaction of the topics that say cleanup.policy=compact: of the records of a key the newest
// stays.
//
// A pass takes one partition, when as many records came since the last one as that one left. It
// first notes the newest offset of each key that came, up to a number of keys; then it goes over
// the chunks from the partition's beginning to there, drops what has a newer record, and puts what
// is left of small chunks together. Offsets stay as they are, so there are holes. The newest chunk
// is left alone: it tells where the partition ends.
//
// A deletion stays as long as the topic says, and goes in a pass that met nothing of its key before
// it: a reader has then seen either both or neither. A partition that is being read is left alone.
//
// Killed in the middle, some chunks are as they will be, and the next pass begins again. One
// thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/embedded/chunk.h"
#include "log/embedded/topics.h"
#include "log/embedded/writer.h"
#include "rocks/database.h"

namespace streamworker::embedded {

// What is noted of a key.
struct NewestRecord {
  Offset offset = 0;
  bool before = false;  // an older record of the key was there
};

// A pass under way.
struct CompactionPass {
  Partition* partition = nullptr;
  Duration tombstones_stay{};
  Offset start = 0;    // of the partition
  Offset end = 0;      // behind what is noted; then: of the pass
  Offset next = 0;     // where the next turn goes on
  bool noted = false;  // else it still notes
  size_t key_bytes = 0;
  int64_t kept = 0;
  std::map<std::string, NewestRecord, std::less<>> newest;
  Chunk out;  // what is left of the chunks in `replaced`
  std::vector<Offset> replaced;
};

class Compaction {
 public:
  // `turn_bytes`: of chunks that a turn reads. `key_bytes`: of keys that a pass notes.
  Compaction(rocks::Database& database, Topics& topics, Writer& writer,
             size_t turn_bytes = 4UL << 20, size_t key_bytes = 32UL << 20)
      : database_(database),
        topics_(topics),
        writer_(writer),
        turn_bytes_(turn_bytes),
        key_bytes_(key_bytes) {}

  // A piece of the pass under way, or of the next that is due. True: there is more to do.
  Result<bool> turn(WallTime now);

 private:
  void choose();
  Result<void> note();
  bool note(std::string_view chunk, Offset last);
  Result<void> rewrite(WallTime now);
  bool rewrite(std::string_view chunk, Offset last, WallTime now, rocks::Batch& to);
  bool keeps(const Message& message, WallTime now);
  void put_out(rocks::Batch& to);
  Result<void> end_turn(rocks::Batch& batch, bool at_end);
  Error damaged(Offset last) const;

  rocks::Database& database_;
  Topics& topics_;
  Writer& writer_;
  const size_t turn_bytes_;
  const size_t key_bytes_;
  std::optional<CompactionPass> pass_;
};

}  // namespace streamworker::embedded
