// Records in motion: rows of typed slots beside what Kafka said of each record.
//
// A Batch is what one step hands to the next: all rows have the same schema and come from one task,
// in the order of their offsets. It belongs to the step that filled it, which reuses it for the
// next one: a receiver reads it during the call and copies what it needs longer. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "record/arena.h"
#include "record/schema.h"

namespace streamworker {

using Offset = int64_t;

struct Header {
  std::string_view name;
  std::optional<std::string_view> value;
};
using Headers = std::vector<Header>;

// A record as a log holds it.
struct Message {
  Offset offset = 0;
  EventTime timestamp{};
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  const Headers* headers = nullptr;  // null: none
};

// What travels with a row through every step, untouched by `select`.
struct Meta {
  Offset offset = 0;                    // in the topic that the task reads
  EventTime timestamp{};                // event time
  std::optional<std::string_view> key;  // the record's key on the wire; none: a null key
  const Headers* headers = nullptr;     // null: none
  int32_t partition = 0;                // of the topic that the task reads
  int32_t source_partition = 0;         // of the source topic; differs behind a repartition
  bool deleted = false;  // a tombstone under `tombstones: pass`: its slots are null but the key's;
                         // or a row that its table does not show any more
  // Of a table's row that changes: as it was. What aggregates takes it back, everything else passes
  // it by; the row as it is now follows.
  bool taken_back = false;
  // What the row was made of, for dead letters. Lives as long as the batch that the task took, or
  // in a batch that kept it; null: nobody needs it any more.
  const Message* message = nullptr;
};

class Batch {
 public:
  explicit Batch(const Schema& schema) : schema_(&schema), width_(schema.size()) {}

  const Schema& schema() const { return *schema_; }
  size_t size() const { return metas_.size(); }
  bool empty() const { return metas_.empty(); }
  const Value* row(size_t i) const { return values_.data() + i * width_; }
  Value* row(size_t i) { return values_.data() + i * width_; }
  const Meta& meta(size_t i) const { return metas_[i]; }
  Meta& meta(size_t i) { return metas_[i]; }
  Arena& arena() { return arena_; }

  // A new row, all slots null. Rows move: no pointer to a row survives this call.
  Value* add(const Meta& meta) {
    metas_.push_back(meta);
    values_.resize(values_.size() + width_);
    return values_.data() + values_.size() - width_;
  }
  void drop_last() {
    metas_.pop_back();
    values_.resize(values_.size() - width_);
  }
  // A new row whose views are copied into this batch's arena. Key and headers are not taken over;
  // with `whole` a copy of the message is, once for neighbours that were made of the same one.
  Value* keep(const Value* row, const Meta& meta, bool whole = false);
  void clear() {
    values_.clear();
    metas_.clear();
    arena_.reset();
    messages_used_ = 0;
  }
  // Bytes that its rows and views hold.
  size_t bytes() const { return values_.capacity() * sizeof(Value) + arena_.capacity(); }

 private:
  struct Kept {
    Message message;
    Headers headers;
  };
  const Message* keep_message(const Message& message);

  const Schema* schema_;
  size_t width_;
  std::vector<Value> values_;
  std::vector<Meta> metas_;
  Arena arena_;
  std::deque<Kept> messages_;  // reused; rows point to them
  size_t messages_used_ = 0;
};

}  // namespace streamworker
