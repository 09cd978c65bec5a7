// What the decoders of all forms have in common: the fields of a stream, what stands in for one
// that a message lacks, and the event time. Compiled once; one thread.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "codec/field_decoder.h"
#include "config/spec.h"
#include "record/batch.h"

namespace streamworker {

class StreamFields {
 public:
  // Throws std::invalid_argument: a field that says something wrong in itself; its message starts
  // with the field's name.
  explicit StreamFields(const config::Stream& stream);
  StreamFields(const StreamFields&) = delete;  // fields point to what it keeps
  StreamFields& operator=(const StreamFields&) = delete;

  const Schema& schema() const { return schema_; }
  // Of the schema; none when the stream has no schema.
  const std::vector<FieldDecoder>& fields() const { return fields_; }

  // A field that the message lacks is read from meta.key when the stream is keyed by it …
  bool in_key(size_t slot, const Meta& meta) const {
    return meta.key && std::find(key_.begin(), key_.end(), slot) != key_.end();
  }
  // REQUIRES: in_key. Skip: what the key says is not of its type.
  Result<void> fill_from_key(size_t slot, const Meta& meta, Arena& arena, Value* row) const;
  // … else it is its default, else null. False: it has neither.
  bool fill(size_t slot, Value* row) const {
    const FieldDecoder& field = fields_[slot];
    row[slot] = field.default_value() ? *field.default_value() : Value();
    return field.default_value() || field.nullable();
  }
  // A record without value: the fields of the stream's `key` from meta.key, the others null.
  Result<void> fill_keys(const Meta& meta, Arena& arena, Value* row) const;
  // Sets meta.timestamp, when the stream has a timestamp field that is not null. Skip: it is
  // further ahead of `wall` than `max_future`.
  Result<void> take_event_time(Meta& meta, WallTime wall, const Value* row) const;

 private:
  Schema schema_;
  Arena keep_;  // what defaults and rules point to
  std::vector<FieldDecoder> fields_;
  std::vector<size_t> key_;          // slots, in the order of the key's parts
  std::optional<size_t> timestamp_;  // slot
  Duration max_future_;
};

}  // namespace streamworker
