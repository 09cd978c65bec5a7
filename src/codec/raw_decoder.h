// Messages as they are → rows of one column, a string (which must be UTF-8) or bytes. One thread.
#pragma once

#include "codec/stream_fields.h"

namespace streamworker {

class RawDecoder {
 public:
  // Throws std::invalid_argument, as StreamFields does. REQUIRES: one field of type string or
  // bytes.
  explicit RawDecoder(const config::Stream& stream) : stream_(stream) {}

  const Schema& schema() const { return stream_.schema(); }
  // As JsonDecoder's. The value is a view of the message. Skip: not UTF-8, or against the field's
  // rules.
  Result<void> decode(std::string_view message, Meta& meta, Arena& arena, WallTime wall,
                      Value* row);
  Result<void> decode_key(const Meta& meta, Arena& arena, Value* row) {
    return stream_.fill_keys(meta, arena, row);
  }

 private:
  StreamFields stream_;
};

}  // namespace streamworker
