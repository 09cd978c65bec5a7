// Whether a record of a table's topic belongs to the row that its key says (DESIGN 1.3).
//
// A null value deletes the row of its record's key. So the key's fields in a value must be what
// the record's key is: a row under another key could never be deleted, and would be in a partition
// where nobody looks for it. One for each task of such a topic; its thread only.
#pragma once

#include <string>
#include <vector>

#include "codec/message_decoder.h"
#include "config/spec.h"
#include "record/key.h"

namespace streamworker {

class KeyMatch {
 public:
  // REQUIRES: the stream has a key.
  explicit KeyMatch(const config::Stream& stream);
  // `row`: as `decoder` decoded the value. A key that is null in the row is nobody's row, and
  // matches anything. Skip: another key; both are named.
  Result<void> check(const Value* row, const Meta& meta, MessageDecoder& decoder, Arena& arena);

 private:
  Result<void> refuse(const Meta& meta) const;

  std::vector<size_t> slots_;  // of the key's fields
  KeyText text_;
  std::string names_;  // "id", "[country, city]"
  std::string own_;    // the row's key as it stands on the wire
  std::string other_;  // the record's, written the same way
  std::vector<Value> from_key_;
};

}  // namespace streamworker
