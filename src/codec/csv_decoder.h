// CSV messages of a stream → rows: one row of RFC 4180 a message, its fields in the order of the
// schema, no header.
//
// An empty field without quotes is null where the field may be null, an empty text where it is a
// string, else the message lacks it (so its default applies, or the Kafka key). `""` is an empty
// text. Values have the forms of FieldText, json fields hold JSON; with `coerce` 41.0 is an int and
// 1 a bool, too. One line end behind the row is allowed. Errors: another number of fields, invalid
// UTF-8, a byte order mark, and what split_csv says; each is a Skip and begins with `column price:`
// where it concerns one.
//
// Rows hold views as those of JsonDecoder do. One thread.
#pragma once

#include "codec/csv_row.h"
#include "codec/json_decoder.h"

namespace streamworker {

class CsvDecoder {
 public:
  // Throws std::invalid_argument, as StreamFields does. REQUIRES: the stream has a schema.
  explicit CsvDecoder(const config::Stream& stream);

  const Schema& schema() const { return stream_.schema(); }
  // As JsonDecoder's.
  Result<void> decode(std::string_view message, Meta& meta, Arena& arena, WallTime wall,
                      Value* row);
  Result<void> decode_key(const Meta& meta, Arena& arena, Value* row) {
    return stream_.fill_keys(meta, arena, row);
  }

 private:
  Result<void> take(size_t slot, std::string_view text, Arena& arena, Value* row);
  Result<void> take_empty(size_t slot, const Meta& meta, Arena& arena, Value* row);

  StreamFields stream_;
  JsonDecoder any_json_;  // of a stream without schema
  std::vector<CsvText> texts_;
};

}  // namespace streamworker
