// Messages of a stream in its format → rows: what a task, or whoever else reads the topic, decodes
// with. One thread.
//
// Plain JSON is one predicted branch more than JsonDecoder. What was packed is unpacked into the
// arena, where it stays with the rows that are views of it; the message itself is never changed.
#pragma once

#include <variant>

#include "codec/csv_decoder.h"
#include "codec/json_decoder.h"
#include "codec/packing_chain.h"
#include "codec/raw_decoder.h"

namespace streamworker {

class MessageDecoder {
 public:
  // Throws std::invalid_argument, as StreamFields does.
  explicit MessageDecoder(const config::Stream& stream);
  MessageDecoder(const MessageDecoder&) = delete;
  MessageDecoder& operator=(const MessageDecoder&) = delete;

  const Schema& schema() const;
  // A message may become far more than it is: up to kMostUnpacked.
  bool unpacks() const { return !packings_.empty(); }

  // As JsonDecoder's. Skip also: what was packed cannot be unpacked.
  Result<void> decode(std::string_view message, Meta& meta, Arena& arena, WallTime wall,
                      Value* row) {
    if (plain_ != nullptr) [[likely]]
      return plain_->decode(message, meta, arena, wall, row);
    return decode_other(message, meta, arena, wall, row);
  }
  // For records without a value: see StreamFields::fill_keys.
  Result<void> decode_key(const Meta& meta, Arena& arena, Value* row);

 private:
  Result<void> decode_other(std::string_view message, Meta& meta, Arena& arena, WallTime wall,
                            Value* row);

  std::variant<std::monostate, JsonDecoder, CsvDecoder, RawDecoder> form_;
  JsonDecoder* plain_ = nullptr;  // set: JSON without packings
  PackingChain packings_;
};

}  // namespace streamworker
